import { concatBytes, DecodeError, unwrap } from '@ply/bytes'
import { hash160, publicKeyFromSecret, sha256 } from '@ply/crypto'
import { createP2pkh, createP2wpkh } from '@ply/script'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../psbt/base64.ts'
import { signLegacyMessage } from './legacyMessage.ts'
import { createMessagePsbt } from './messagePsbt.ts'
import { decodeMessageSignature, encodeMessageSignature } from './messageSignature.ts'
import { signMessage } from './signMessage.ts'
import { verifyMessage } from './verifyMessage.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 300)
const message = 'fuzz'
const secretKey = sha256(Uint8Array.of(9))
const keyHash = hash160(publicKeyFromSecret(secretKey)!)
const scripts = [createP2wpkh(keyHash), createP2pkh(keyHash)]

test('random and mutated signatures are violations or verdicts, never exceptions', () => {
  const random = createRandom(322)
  const entropy = new SeededEntropy(322)
  const valid = [
    ...scripts.map((scriptPubKey) => unwrap(signMessage({ scriptPubKey, message, secretKey, entropy }))),
    encodeMessageSignature({ format: 'full-pof', psbt: createMessagePsbt({ scriptPubKey: scripts[0]!, message }) }),
    signLegacyMessage(secretKey, message)!,
  ]
  for (let i = 0; i < RUNS; i++) {
    const signature = random.pick(valid)
    const prefix = random.chance(0.9) ? signature.slice(0, 3) : random.pick(['smp', 'ful', 'pof', 'xyz', ''])
    const isPrefixed = ['smp', 'ful', 'pof'].includes(signature.slice(0, 3))
    const payload = unwrap(decodeBase64(isPrefixed ? signature.slice(3) : signature))
    const bytes = random.chance(0.2) ? random.bytes(random.below(120)) : payload
    if (bytes.length > 0 && random.chance(0.9)) bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
    const cut = random.chance(0.2) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes
    const longer = random.chance(0.1) ? concatBytes(cut, random.bytes(3)) : cut
    const text = random.chance(0.1)
      ? random.pick(['', 'smp', '%%%%', 'ful='])
      : (isPrefixed ? prefix : '') + encodeBase64(longer)

    const decoded = decodeMessageSignature(text)
    if (!decoded.ok) expect(decoded.error).toBeInstanceOf(DecodeError)
    for (const scriptPubKey of scripts) {
      const verdict = verifyMessage({ scriptPubKey, message, signature: text })
      if (verdict.ok) expect(verdict.value.state).toMatch(/^(valid|inconclusive)$/)
      else expect(typeof verdict.error.code).toBe('string')
    }
  }
})
