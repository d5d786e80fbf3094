// Made by `pnpm docs:rpc` from the table of methods: not to be edited.

export interface GeneratingMethods {
  /** Mines a block of chosen transactions. */
  readonly generateblock: {
    readonly params: [output: string, transactions: readonly string[], submit?: boolean | null]
    readonly named: { readonly output: string; readonly transactions: readonly string[]; readonly submit?: boolean }
    readonly result: { readonly hash: string; readonly hex?: string }
  }
  /** Mines blocks that pay an address. */
  readonly generatetoaddress: {
    readonly params: [nblocks: number, address: string, maxtries?: number | null]
    readonly named: { readonly nblocks: number; readonly address: string; readonly maxtries?: number }
    readonly result: readonly string[]
  }
  /** Mines blocks that pay a descriptor. */
  readonly generatetodescriptor: {
    readonly params: [num_blocks: number, descriptor: string, maxtries?: number | null]
    readonly named: { readonly num_blocks: number; readonly descriptor: string; readonly maxtries?: number }
    readonly result: readonly string[]
  }
}
