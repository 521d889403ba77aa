export declare const LEAST_MAJOR: number
export declare function findProgramNode(root: string): string | null
