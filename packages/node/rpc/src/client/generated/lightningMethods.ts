// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { Json } from '../../json/value.ts'

export interface LightningMethods {
  /** The Lightning nodes that run here. Each answers at the path /lightning/<name>. */
  readonly listlightning: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: Json
  }
  /** Starts a Lightning node, a new one if there is none of the name. */
  readonly startlightning: {
    readonly params: [name: string]
    readonly named: { readonly name: string }
    readonly result: Json
  }
}
