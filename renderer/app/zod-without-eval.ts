import { config } from 'zod'

// zod compiles validators with dynamic code where it may; the content security policy forbids it. Said before any schema is made.
config({ jitless: true })
