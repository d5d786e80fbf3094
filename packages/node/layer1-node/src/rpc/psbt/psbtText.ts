import { RPC_ERROR, RpcError } from '@ply/rpc'
import { decodeBase64, decodePsbt, encodeBase64, encodePsbt, type Psbt } from '@ply/wallet'

function refuse(reason: string): never {
  throw new RpcError(RPC_ERROR.deserialization, `TX decode failed ${reason}`)
}

/** A PSBT in base64; error -22. */
export function readPsbt(text: string): Psbt {
  const bytes = decodeBase64(text)
  if (!bytes.ok) return refuse('invalid base64')
  const psbt = decodePsbt(bytes.value)
  if (psbt.ok) return psbt.value
  if (psbt.error.code === 'trailing-data') return refuse('extra data after PSBT')
  // Bitcoin Core's words are those of an exception of its standard library.
  const { code, message } = psbt.error
  return refuse(`${code === 'end-of-data' ? 'SpanReader::read(): end of data' : message}: iostream error`)
}

export const writePsbt = (psbt: Psbt): string => encodeBase64(encodePsbt(psbt))
