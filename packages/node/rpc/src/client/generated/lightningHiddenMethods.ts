// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { Json } from '../../json/value.ts'

export interface LightningHiddenMethods {
  /** All methods as an OpenRPC document. */
  readonly 'rpc.discover': {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: Json
  }
}
