import { formatBtc, type NetworkParameters, decodeAddress } from '@ply/primitives'
import { parseFixedPoint } from '@ply/rpc'
import { usageError } from '../exitCode.ts'

/** Where a payment goes. */
export interface Destination {
  readonly address: string
  readonly scriptPubKey: Uint8Array
  /** Satoshi that a payment URI asks for. */
  readonly amount: bigint | undefined
  readonly label: string | undefined
}

/** An address, or a `bitcoin:` URI (BIP 21, BIP 321) with one; throws a usage error. */
export function parseDestination(text: string, network: NetworkParameters): Destination {
  const uri = /^bitcoin:([^?]*)(?:\?(.*))?$/i.exec(text.trim())
  const address = uri ? uri[1]! : text.trim()
  const query = new URLSearchParams(uri?.[2] ?? '')
  for (const name of query.keys()) if (/^req-/i.test(name)) throw usageError(`the URI asks for '${name}', unknown here`)
  const scriptPubKey = decodeAddress(address, network)
  if (!scriptPubKey.ok) throw usageError(`'${address}' is no ${network.name} address: ${scriptPubKey.error.message}`)
  const asked = query.get('amount')
  const amount = asked === null ? undefined : parseFixedPoint(asked, 8)
  if (asked !== null && (amount === undefined || amount < 0n)) throw usageError(`bad amount '${asked}' in the URI`)
  return { address, scriptPubKey: scriptPubKey.value, amount, label: query.get('label') ?? undefined }
}

/** A payment URI (BIP 321). */
export function createPaymentUri(address: string, amount: bigint | undefined): string {
  const query = amount === undefined ? '' : `?amount=${formatBtc(amount).replace(/\.?0+$/, '')}`
  return `bitcoin:${address}${query}`
}
