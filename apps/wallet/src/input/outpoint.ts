import { decodeDisplayHash, type OutPoint, type Txid } from '@ply/primitives'
import { usageError } from '../exitCode.ts'

/** 64 hexadecimal digits in display order; throws a usage error. */
export function parseTxid(text: string): Txid {
  const decoded = decodeDisplayHash<Txid>(text)
  if (!decoded.ok) throw usageError(`'${text}' is no transaction id`)
  return decoded.value
}

/** `txid:index` in display order; throws a usage error. */
export function parseOutPoint(text: string): OutPoint {
  const match = /^([0-9a-f]{64}):(\d{1,9})$/i.exec(text)
  if (!match) throw usageError(`'${text}' is no coin: write it as txid:index`)
  return { txid: parseTxid(match[1]!), index: Number(match[2]) }
}
