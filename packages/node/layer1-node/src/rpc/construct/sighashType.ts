import { RPC_ERROR, RpcError } from '@ply/rpc'
import { SIGHASH_ALL, SIGHASH_ANYONECANPAY, SIGHASH_DEFAULT, SIGHASH_NONE, SIGHASH_SINGLE } from '@ply/script'

const TYPES: ReadonlyMap<string, number> = new Map([
  ['DEFAULT', SIGHASH_DEFAULT],
  ['ALL', SIGHASH_ALL],
  ['NONE', SIGHASH_NONE],
  ['SINGLE', SIGHASH_SINGLE],
  ['ALL|ANYONECANPAY', SIGHASH_ALL | SIGHASH_ANYONECANPAY],
  ['NONE|ANYONECANPAY', SIGHASH_NONE | SIGHASH_ANYONECANPAY],
  ['SINGLE|ANYONECANPAY', SIGHASH_SINGLE | SIGHASH_ANYONECANPAY],
])

/** A sighash type by name. */
export function readSighashType(name: string): number {
  const type = TYPES.get(name)
  if (type === undefined) throw new RpcError(RPC_ERROR.invalidParameter, `'${name}' is not a valid sighash parameter.`)
  return type
}
