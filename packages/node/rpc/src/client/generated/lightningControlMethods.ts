// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { Json } from '../../json/value.ts'

export interface LightningControlMethods {
  /** List all commands, or get help for one. */
  readonly help: {
    readonly params: [command?: string | null]
    readonly named: { readonly command?: string }
    readonly result: string | readonly (readonly Json[])[]
  }
}
