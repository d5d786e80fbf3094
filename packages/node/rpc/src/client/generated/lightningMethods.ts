// Made by `pnpm docs:rpc` from the table of methods: not to be edited.

export interface LightningMethods {
  /** The Lightning nodes that run here. Each answers at the path /lightning/<name>. */
  readonly listlightning: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: readonly { readonly name: string; readonly id: string; readonly address: string }[]
  }
  /** Starts a Lightning node, a new one if there is none of the name. */
  readonly startlightning: {
    readonly params: [name: string]
    readonly named: { readonly name: string }
    readonly result: { readonly name: string; readonly id: string; readonly address: string }
  }
}
