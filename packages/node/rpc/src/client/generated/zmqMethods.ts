// Made by `pnpm docs:rpc` from the table of methods: not to be edited.

export interface ZmqMethods {
  /** What is published over ZeroMQ, and where. */
  readonly getzmqnotifications: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly { readonly type: string; readonly address: string; readonly hwm: number }[]
  }
}
