import type { Sats } from '@ply/primitives'
import { type Json, parseBtcAmount, RPC_ERROR, RpcError } from '@ply/rpc'

/** Bitcoins inside an argument, in satoshi; error -3. */
export function readAmount(value: Json | undefined): Sats {
  const amount = parseBtcAmount(value ?? null)
  if (!amount.ok) throw new RpcError(RPC_ERROR.type, amount.error)
  return amount.value
}
