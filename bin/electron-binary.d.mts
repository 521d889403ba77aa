export declare function findElectron(root: string): string | null
