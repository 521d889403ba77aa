/**
 * What vtk.js's own declarations lose under Node's module resolution (their base classes are imported without extensions):
 * the few inherited members we call, named once here instead of casts all over.
 */
export interface VtkObject {
  delete(): void
}

export interface VtkDataSet extends VtkObject {
  getPointData(): { setScalars(array: unknown): void }
  /** Column-major 3×3: the directions of i, j, k one after the other. */
  setDirection(direction: readonly number[]): boolean
}

export interface VtkPointSet extends VtkObject {
  getPoints(): { setData(values: Float32Array, components: number): void }
}

export interface VtkInput {
  setInputData(data: unknown): void
}

/** The same object by its inherited face. */
export function inherited<T>(object: object): T {
  return object as unknown as T
}

export function free(object: object | null): void {
  if (object) inherited<VtkObject>(object).delete()
}
