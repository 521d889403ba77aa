import { z } from 'zod'

/** Schema of a method without parameters; anything given is refused by name. */
export const noParameters = z.strictObject({})
export type NoParameters = z.infer<typeof noParameters>
