// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { JsonOutput, RawNumber } from '../../json/value.ts'

export interface PlaygroundMethods {
  /** When blocks come by themselves. */
  readonly getautomine: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: { readonly mode: string; readonly seconds?: number | RawNumber }
  }
  /** Replaces the last blocks by others that are mined now: a real fork with more work. */
  readonly reorg: {
    readonly params: [depth: number, length?: number | null, address?: string | null]
    readonly named: { readonly depth: number; readonly length?: number; readonly address?: string }
    readonly result: {
      readonly disconnected: readonly string[]
      readonly connected: readonly string[]
      readonly fork: { readonly hash: string; readonly height: number }
      readonly active: boolean
    }
  }
  /** When blocks come by themselves: on (with each transaction), off, at an interval, or by chance. */
  readonly setautomine: {
    readonly params: [policy: JsonOutput, seconds?: number | null]
    readonly named: { readonly policy: JsonOutput; readonly seconds?: number }
    readonly result: { readonly mode: string; readonly seconds?: number | RawNumber }
  }
}
