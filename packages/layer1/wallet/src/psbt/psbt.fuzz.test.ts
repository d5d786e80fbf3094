import { bytesToHex, unwrap } from '@ply/bytes'
import { encodeDer, publicKeyFromSecret } from '@ply/crypto'
import { createRandom, mutateBytes, mutateText, SeededEntropy } from '@ply/testkit'
import { createMultisig, createP2wsh } from '@ply/script'
import { decodeWif, REGTEST, sats, SEQUENCE_FINAL, type Transaction, type Txid } from '@ply/primitives'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { combinePsbts } from './combinePsbts.ts'
import { toPsbtVersion0, toPsbtVersion2 } from './convertPsbt.ts'
import { INPUT } from './fieldType.ts'
import { extractTransaction, finalizePsbt } from './finalizePsbt.ts'
import { psbtInputKeys } from './keyOrigins.ts'
import { SecretNonces } from './musig2/secretNonces.ts'
import { signMusig2Input } from './musig2/signMusig2.ts'
import { createPsbt, decodePsbt, encodePsbt, type Psbt, psbtPrevout } from './psbt.ts'
import { signPsbtInput } from './signPsbt.ts'
import { setWitnessUtxo, updatePsbtInput } from './updatePsbt.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 600)
const secretKey = new Uint8Array(32).fill(1)
/** Of a participant of BIP 373's aggregates. */
const participantKey = unwrap(decodeWif('cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87KcLPVfXz', REGTEST)).secretKey

const keys = [secretKey, participantKey].map((key) => ({ secretKey: key, publicKey: publicKeyFromSecret(key)! }))

/** Everything that is done with a PSBT, whatever it holds. */
function useAll(psbt: Psbt, other: Psbt, entropy: SeededEntropy): void {
  for (const index of psbt.inputs.keys()) {
    psbtPrevout(psbt, index)
    psbtInputKeys(psbt.inputs[index]!)
    const signed = signPsbtInput(psbt, index, { secretKey, entropy })
    if (signed.ok) finalizePsbt(signed.value)
    const signer = { keys, secretNonces: new SecretNonces(), entropy }
    finalizePsbt(signMusig2Input(signMusig2Input(psbt, index, signer), index, signer))
  }
  extractTransaction(finalizePsbt(psbt).psbt)
  combinePsbts([psbt, other])
  toPsbtVersion0(toPsbtVersion2(psbt))
}

test.skipIf(!hasVectors)(
  hasVectors ? 'PSBTs of any bytes are refused by name, or go through every role' : missingReason,
  () => {
    const random = createRandom(174)
    const entropy = new SeededEntropy(174)
    const vectors = readVectorJson('bitcoin-core/rpc_psbt.json') as { readonly valid: readonly string[] }
    const seeds = vectors.valid.map((text) => unwrap(decodeBase64(text)))
    const whole = seeds.map((bytes) => unwrap(decodePsbt(bytes)))
    let read = 0
    for (let run = 0; run < RUNS; run++) {
      const decoded = decodePsbt(mutateBytes(random, seeds))
      if (!decoded.ok) {
        expect(decoded.error.code).toMatch(/^[a-z-]+$/)
        continue
      }
      read++
      const written = encodePsbt(decoded.value)
      expect(bytesToHex(encodePsbt(unwrap(decodePsbt(written))))).toBe(bytesToHex(written))
      useAll(decoded.value, random.pick(whole), entropy)
    }
    expect(read).toBeGreaterThan(RUNS / 50)
  },
)

test('base64 of any text is bytes that are written as it was, or refused by name', () => {
  const random = createRandom(64)
  const seeds = ['cHNidP8BAAoAAAAAAAAAAAAAAA==', 'AAA=', 'AAAA', '']
  for (let run = 0; run < RUNS; run++) {
    const text = mutateText(random, seeds, ['=', '==', '+', '/', '-', '_', ' ', '\n', '\u00e9', 'A'])
    const decoded = decodeBase64(text)
    if (decoded.ok) expect(encodeBase64(decoded.value)).toBe(text)
    else expect(decoded.error.code).toMatch(/^[a-z0-9-]+$/)
  }
})

const validSignature = Uint8Array.of(...encodeDer(new Uint8Array(64).fill(1)), 1)

/** One input over a multisig of as many keys as there may be, with thousands of signatures of other keys. */
function crowded(): Psbt {
  const keys = Array.from({ length: 20 }, (_, i) => Uint8Array.of(2, ...new Uint8Array(32).fill(i + 1)))
  const witnessScript = createMultisig(20, keys)
  const tx: Transaction = {
    version: 2,
    inputs: [
      {
        prevout: { txid: new Uint8Array(32) as Txid, index: 0 },
        scriptSig: new Uint8Array(0),
        sequence: SEQUENCE_FINAL,
        witness: [],
      },
    ],
    outputs: [],
    lockTime: 0,
  }
  const script = { type: INPUT.witnessScript, keyData: new Uint8Array(0), value: witnessScript }
  const signatures = Array.from({ length: 500 }, (_, i) => ({
    type: INPUT.partialSig,
    keyData: publicKeyFromSecret(new Uint8Array(32).fill(1 + (i >> 8), 0, 31).fill(i, 31))!,
    value: validSignature,
  }))
  const output = { value: sats(1), scriptPubKey: createP2wsh(witnessScript) }
  return updatePsbtInput(createPsbt(tx), 0, (map) => [...setWitnessUtxo(map, output), script, ...signatures])
}

test('thousands of inputs or of signatures take no more than their share of time', () => {
  const psbt = crowded()
  const decoded = unwrap(decodePsbt(encodePsbt(psbt)))
  expect(finalizePsbt(decoded).incomplete.size).toBe(1)
  const bare = createPsbt(psbt.tx)
  expect(unwrap(combinePsbts([bare, decoded])).inputs[0]).toHaveLength(decoded.inputs[0]!.length)
  const [input] = psbt.tx.inputs
  const inputs = Array.from({ length: 3000 }, (_, index) => ({ ...input!, prevout: { ...input!.prevout, index } }))
  const wide = unwrap(decodePsbt(encodePsbt(createPsbt({ ...psbt.tx, inputs }))))
  expect(finalizePsbt(wide).incomplete.size).toBe(3000)
  expect(unwrap(combinePsbts([wide, wide])).inputs).toHaveLength(3000)
}, 10_000)

test('entries that nobody understands are merged in time that grows with them alone', () => {
  const unknown = (from: number) =>
    Array.from({ length: 30_000 }, (_, i) => ({
      type: 0xf0,
      keyData: Uint8Array.of(from, i & 0xff, i >> 8),
      value: new Uint8Array(0),
    }))
  const bare = createPsbt(crowded().tx)
  const [one, other] = [0, 1].map((from) => updatePsbtInput(bare, 0, (map) => [...map, ...unknown(from)]))
  expect(unwrap(combinePsbts([one!, other!])).inputs[0]).toHaveLength(60_000)
}, 10_000)
