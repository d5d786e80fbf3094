// Made by `pnpm docs:rpc` from the table of methods: not to be edited.

export interface DevelopmentMethods {
  /** Holds the clock at a time; 0 lets it run again. */
  readonly setmocktime: {
    readonly params: [timestamp: number]
    readonly named: { readonly timestamp: number }
    readonly result: null
  }
  /** Waits until everything asked for so far is done. */
  readonly syncwithvalidationinterfacequeue: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: null
  }
}
