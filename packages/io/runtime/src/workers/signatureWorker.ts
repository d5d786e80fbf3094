// What a thread of the signature pool runs.
import { chooseCryptoProvider } from '../crypto/chooseProvider.ts'
import { unpackChecks } from './packedChecks.ts'
import { serveWorker } from './serveWorker.ts'
import { verifyChecks } from './verifyChecks.ts'

/** Packed signatures and their number. */
export interface VerifyRequest {
  readonly packed: Uint8Array<ArrayBuffer>
  readonly count: number
}

chooseCryptoProvider()
serveWorker<VerifyRequest, Uint8Array<ArrayBuffer>>(({ packed, count }) => {
  const message = verifyChecks(unpackChecks(packed), count)
  return { message, transfer: [message.buffer] }
})
