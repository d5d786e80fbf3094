import type { Json, JsonOutput, RawNumber } from '../json/value.ts'
import type { RpcClient } from './client.ts'

/** Bitcoins as an argument; as text or {@link RawNumber} no digit is lost. */
export type Amount = number | string | RawNumber

/** What a method takes, by position and by name, and answers. */
export interface MethodType {
  readonly params: readonly unknown[]
  readonly named: object
  readonly result: unknown
}

/** A client that knows the methods of the server: `Layer1Rpc` or `LightningRpc`. */
export interface TypedRpcClient<Methods extends { readonly [Name in keyof Methods]: MethodType }> {
  call<Name extends keyof Methods & string>(
    method: Name,
    ...params: Methods[Name]['params']
  ): Promise<Methods[Name]['result']>
  callNamed<Name extends keyof Methods & string>(
    method: Name,
    named: Methods[Name]['named'],
  ): Promise<Methods[Name]['result']>
  close(): void
}

/** Gives a client types. The server is believed: what it answers is not looked at. */
export function createTypedClient<Methods extends { readonly [Name in keyof Methods]: MethodType }>(
  client: RpcClient,
): TypedRpcClient<Methods> {
  const ask = (method: string, params: readonly JsonOutput[] | { readonly [name: string]: JsonOutput }) =>
    client.call(method, params) as Promise<Json & never>
  return {
    call: (method, ...params) => ask(method, params as readonly JsonOutput[]),
    callNamed: (method, named) => ask(method, named as { readonly [name: string]: JsonOutput }),
    close: () => client.close(),
  }
}
