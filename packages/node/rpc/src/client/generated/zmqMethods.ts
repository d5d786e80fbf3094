// Made by `pnpm docs:rpc` from the table of methods: not to be edited.
import type { Json } from '../../json/value.ts'

export interface ZmqMethods {
  /** What is published over ZeroMQ, and where. */
  readonly getzmqnotifications: {
    readonly params: []
    readonly named: Readonly<Record<string, never>>
    readonly result: Json
  }
}
