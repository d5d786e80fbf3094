// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { Json } from '../../json/value.ts'

export interface ControlMethods {
  /** How much memory the node uses for what it holds. */
  readonly getmemoryinfo: {
    readonly params: [mode?: string | null]
    readonly named: { readonly mode?: string }
    readonly result: {
      readonly locked: {
        readonly used: number
        readonly free: number
        readonly total: number
        readonly locked: number
        readonly chunks_used: number
        readonly chunks_free: number
      }
    }
  }
  /** The RPC server: which calls are being answered, since how many microseconds. */
  readonly getrpcinfo: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: {
      readonly active_commands: readonly { readonly method: string; readonly duration: number }[]
      readonly logpath: string
    }
  }
  /** List all commands, or get help for one. */
  readonly help: {
    readonly params: [command?: string | null]
    readonly named: { readonly command?: string }
    readonly result: string | readonly (readonly Json[])[]
  }
  /** Which categories the log says more of, after changing them. */
  readonly logging: {
    readonly params: [include?: readonly string[] | null, exclude?: readonly string[] | null]
    readonly named: { readonly include?: readonly string[]; readonly exclude?: readonly string[] }
    readonly result: { readonly [name: string]: boolean }
  }
  /** Stops the node. */
  readonly stop: {
    readonly params: [wait?: number | null]
    readonly named: { readonly wait?: number }
    readonly result: string
  }
  /** Seconds since the node started. */
  readonly uptime: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: number
  }
}
