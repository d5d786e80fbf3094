import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import {
  computeTxid,
  decodeAddress,
  decodeDisplayHash,
  decodeTransaction,
  decodeWif,
  encodeTransaction,
  REGTEST,
  sats,
  SEQUENCE_FINAL,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import { createP2pkh, SighashCache, STANDARD_SCRIPT_VERIFY_FLAGS, verifyInput } from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { combinePsbts } from './combinePsbts.ts'
import { INPUT } from './fieldType.ts'
import { extractTransaction, finalizePsbt } from './finalizePsbt.ts'
import { createPsbt, decodePsbt, encodePsbt, type Psbt, psbtPrevout } from './psbt.ts'
import { psbtValue, setPsbtEntry } from './psbtMap.ts'
import { signPsbtInput } from './signPsbt.ts'
import { setSighashType, setWitnessUtxo, updatePsbtInput } from './updatePsbt.ts'

interface Vectors {
  readonly invalid: readonly string[]
  readonly invalid_with_msg: readonly (readonly [string, string])[]
  readonly valid: readonly string[]
  readonly creator: readonly {
    readonly inputs: readonly { readonly txid: string; readonly vout: number }[]
    readonly outputs: readonly Readonly<Record<string, number>>[]
    readonly result: string
  }[]
  readonly signer: readonly {
    readonly privkeys: readonly string[]
    readonly psbt: string
    readonly result: string
  }[]
  readonly combiner: readonly { readonly combine: readonly string[]; readonly result: string }[]
  readonly finalizer: readonly { readonly finalize: string; readonly result: string }[]
  readonly extractor: readonly { readonly extract: string; readonly result: string }[]
}

const read = (text: string): Psbt => unwrap(decodePsbt(unwrap(decodeBase64(text))))
const write = (psbt: Psbt): string => encodeBase64(encodePsbt(psbt))
const entropy = new SeededEntropy(1)

describe.skipIf(!hasVectors)(
  hasVectors ? 'PSBT vectors of BIP 174, 371, 373 as Bitcoin Core runs them' : missingReason,
  () => {
    const vectors = hasVectors ? (readVectorJson('bitcoin-core/rpc_psbt.json') as Vectors) : ({} as Vectors)

    test('every key of the file has a runner', () => {
      expect(Object.keys(vectors).sort()).toEqual(
        ['combiner', 'creator', 'extractor', 'finalizer', 'invalid', 'invalid_with_msg', 'signer', 'valid'].sort(),
      )
    })

    test.each((vectors.invalid ?? []).map((text, i) => [i, text] as const))('invalid %i is refused', (_, text) => {
      const bytes = decodeBase64(text)
      if (bytes.ok) expect(decodePsbt(bytes.value).ok).toBe(false)
    })

    test.each((vectors.invalid_with_msg ?? []).map(([text, reason], i) => [i, reason, text] as const))(
      'invalid %i is refused: %s',
      (_, reason, text) => {
        const decoded = decodePsbt(unwrap(decodeBase64(text)))
        expect(decoded.ok ? 'decoded' : decoded.error.message).toContain(reason)
      },
    )

    const valid = (vectors.valid ?? []).map((text, i) => [i, text] as const)
    test.each(valid)('valid %i decodes and encodes to the same bytes', (_, text) => {
      expect(write(read(text))).toBe(text)
    })
    // BIP 373: PSBTs that every participant has signed, with or without the signature that comes of it.
    const isShared = (psbt: Psbt): boolean =>
      psbt.inputs.some((map) => map.some(({ type }) => type === INPUT.musig2PartialSig))
    const shared = valid.filter(([, text]) => isShared(read(text)))
    test('there are some that were signed together', () => {
      expect(shared.length).toBeGreaterThanOrEqual(4)
    })
    test.each(shared)('valid %i is finalized with its partial signatures alone', (_, text) => {
      const psbt = read(text)
      const made: number[] = [INPUT.tapKeySig, INPUT.tapScriptSig]
      const inputs = psbt.inputs.map((map) => map.filter(({ type }) => !made.includes(type)))
      const { psbt: final, incomplete } = finalizePsbt({ ...psbt, inputs })
      expect([...incomplete]).toEqual([])
      const tx = unwrap(extractTransaction(final))
      const cache = new SighashCache(
        tx,
        psbt.inputs.map((__, i) => psbtPrevout(psbt, i)!),
      )
      tx.inputs.forEach((__, inputIndex) => {
        expect(verifyInput({ cache, inputIndex, flags: STANDARD_SCRIPT_VERIFY_FLAGS }).ok).toBe(true)
      })
      // With one partial signature less there is nothing to put together.
      const fewer = inputs.map((map) => {
        const last = map.findLast(({ type }) => type === INPUT.musig2PartialSig)
        return map.filter((entry) => entry !== last)
      })
      expect(finalizePsbt({ ...psbt, inputs: fewer }).incomplete.size).toBe(1)
    })

    test.each(vectors.creator ?? [])('creator', ({ inputs, outputs, result }) => {
      const tx: Transaction = {
        version: 2,
        inputs: inputs.map(({ txid, vout }) => ({
          prevout: { txid: unwrap(decodeDisplayHash<Txid>(txid)), index: vout },
          scriptSig: new Uint8Array(0),
          sequence: SEQUENCE_FINAL,
          witness: [],
        })),
        outputs: outputs.flatMap((output) =>
          Object.entries(output).map(([address, btc]) => ({
            value: sats(Math.round(btc * 1e8)),
            scriptPubKey: unwrap(decodeAddress(address, REGTEST)),
          })),
        ),
        lockTime: 0,
      }
      expect(write(createPsbt(tx))).toBe(result)
    })

    const signers = (vectors.signer ?? []).map((vector, i) => [i, vector] as const)
    test.each(signers)('signer %i', (_, { privkeys, psbt, result }) => {
      let current = read(psbt)
      for (const wif of privkeys) {
        const { secretKey } = unwrap(decodeWif(wif, REGTEST))
        for (const index of current.inputs.keys()) {
          const signed = signPsbtInput(current, index, { secretKey, entropy })
          if (signed.ok) current = signed.value
        }
      }
      // Core's wallet adds derivation paths and finalizes where it can; the signatures must be its own, byte for byte.
      const signatures = (from: Psbt): unknown =>
        from.inputs.map((map) =>
          map
            .filter(({ type }) => type === INPUT.partialSig)
            .map(({ keyData, value }) => [keyData, value].map(bytesToHex))
            .sort(),
        )
      expect(signatures(current)).toEqual(signatures(read(result)))
    })
    test.each(vectors.combiner ?? [])('combiner', ({ combine, result }) => {
      expect(write(unwrap(combinePsbts(combine.map(read))))).toBe(result)
    })

    test.each(vectors.finalizer ?? [])('finalizer', ({ finalize, result }) => {
      const { psbt, incomplete } = finalizePsbt(read(finalize))
      expect([...incomplete]).toEqual([])
      expect(write(psbt)).toBe(result)
    })

    test.each(vectors.extractor ?? [])('extractor', ({ extract, result }) => {
      expect(bytesToHex(encodeTransaction(unwrap(extractTransaction(read(extract)))))).toBe(result)
    })
  },
)

const secretKey = hexToBytes('01'.repeat(32))

/** One input over a P2WPKH output of `secretKey`. */
function samplePsbt(): Psbt {
  const scriptPubKey = hexToBytes('0014' + '79b000887626b294a914501a4cd226b58b235983')
  const tx: Transaction = {
    version: 2,
    inputs: [
      {
        prevout: { txid: hexToBytes('11'.repeat(32)) as Txid, index: 0 },
        scriptSig: new Uint8Array(0),
        sequence: SEQUENCE_FINAL,
        witness: [],
      },
    ],
    outputs: [{ value: sats(9000), scriptPubKey: createP2pkh(new Uint8Array(20)) }],
    lockTime: 0,
  }
  return updatePsbtInput(createPsbt(tx), 0, (map) => setWitnessUtxo(map, { value: sats(10000), scriptPubKey }))
}

describe('PSBT roles', () => {
  test('create, sign, finalize, extract; unknown fields live as long as the input is not final, and after', () => {
    const unknown = { type: 0x7f, keyData: Uint8Array.of(1), value: Uint8Array.of(2) }
    const psbt = updatePsbtInput(samplePsbt(), 0, (map) => setPsbtEntry(map, unknown))
    const signed = unwrap(signPsbtInput(psbt, 0, { secretKey, entropy }))
    const { psbt: final, incomplete } = finalizePsbt(read(write(signed)))
    expect(incomplete.size).toBe(0)
    expect(final.inputs[0]).toContainEqual(unknown)
    expect(psbtValue(final.inputs[0]!, INPUT.finalScriptSig)).toBeUndefined()
    const tx = unwrap(extractTransaction(final))
    expect(tx.inputs[0]!.witness).toHaveLength(2)
    expect(computeTxid(tx)).toEqual(computeTxid(psbt.tx))
    expect(unwrap(decodeTransaction(encodeTransaction(tx)))).toEqual(tx)
  })

  test('a signer refuses a key that is not in the script, a sighash type it was not asked for, a final input', () => {
    const psbt = samplePsbt()
    const other = hexToBytes('02'.repeat(32))
    expect(signPsbtInput(psbt, 0, { secretKey: other, entropy })).toEqual({
      ok: false,
      error: 'psbt-key-not-in-script',
    })
    const single = updatePsbtInput(psbt, 0, (map) => setSighashType(map, 0x83))
    expect(signPsbtInput(single, 0, { secretKey, entropy })).toEqual({
      ok: false,
      error: 'psbt-sighash-type-not-accepted',
    })
    const signed = unwrap(signPsbtInput(single, 0, { secretKey, entropy, acceptedHashTypes: [0x83] }))
    const all = updatePsbtInput(signed, 0, (map) => setSighashType(map, 1))
    expect(finalizePsbt(all).incomplete.get(0)).toBe('psbt-sighash-type-mismatch')
    const { psbt: final } = finalizePsbt(signed)
    expect(signPsbtInput(final, 0, { secretKey, entropy })).toEqual({ ok: false, error: 'psbt-already-final' })
    expect(extractTransaction(psbt)).toEqual({ ok: false, error: 'psbt-not-final' })
  })

  test('a combiner refuses another transaction', () => {
    const psbt = samplePsbt()
    const other = createPsbt({ ...psbt.tx, lockTime: 1 })
    expect(combinePsbts([psbt, other])).toEqual({ ok: false, error: 'psbt-mismatch' })
    expect(combinePsbts([])).toEqual({ ok: false, error: 'psbt-nothing-to-combine' })
  })
})
