import { decodeHex } from '@ply/bytes'
import { decodeBase64, decodePsbt, type Psbt } from '@ply/wallet'
import { usageError } from '../exitCode.ts'
import type { Session } from '../session.ts'
import { readStdin } from './secret.ts'

/** A PSBT in base64 or hexadecimal, or `-` for stdin; throws a usage error that says what is wrong with it. */
export async function parsePsbt(session: Session, argument: string): Promise<Psbt> {
  const text = (argument === '-' ? await readStdin(session) : argument).replace(/\s+/g, '')
  const hex = decodeHex(text)
  const bytes = hex.ok ? hex : decodeBase64(text)
  const psbt = bytes.ok ? decodePsbt(bytes.value) : bytes
  if (!psbt.ok) throw usageError(`that is no PSBT: ${psbt.error.message}`)
  return psbt.value
}
