import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { decodeDerLax, ecdsaSign, sha256 } from '@ply/crypto'
import {
  computeTxid,
  decodeDisplayHash,
  decodeTransaction,
  encodeTransaction,
  msats,
  sats,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import { createP2wsh } from '@ply/script'
import { describe, expect, it } from 'vitest'
import { deriveRevocationPublicKey, derivePublicKey, deriveSecretKey } from '../keys/derivation.ts'
import type { CommitmentFormat } from '../parameters.ts'
import appendixC from '../testdata/bolt3AppendixC.json' with { type: 'json' }
import appendixF from '../testdata/bolt3AppendixF.json' with { type: 'json' }
import type { CommitmentKeys } from './commitmentKeys.ts'
import { type CommitmentTerms, type CommittedHtlc, createCommitmentTransaction } from './commitmentTransaction.ts'
import { createHtlcTransactions, remoteHtlcSighashType } from './htlcTransaction.ts'
import { computeObscuringFactor, readCommitmentNumber } from './obscuredNumber.ts'
import { fundingScript } from './scripts.ts'
import { computeInputSighash, verifySignature } from './signature.ts'
import { computeCommitmentFee } from './weights.ts'
import { fundingWitness, htlcWitness, withWitness } from './witness.ts'

// Keys of appendix B and C.
const localFunding = hexToBytes('023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb')
const localFundingSecret = hexToBytes('30ff4956bbdd3222d44cc5e8a1261dab1e07957bdac5ae88fe3261ef321f3749')
const remoteFunding = hexToBytes('030e9f7b623d2ccc7c9bd44d66d5ce21ce504c0acf6385a132cec6d3c39fa711c1')
const localBasepoint = hexToBytes('034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa')
const localBasepointSecret = hexToBytes('1111111111111111111111111111111111111111111111111111111111111111')
const remoteBasepoint = hexToBytes('032c0b7cf95324a07d05398b240174dc0c2be444d96b159aa6c7f7b1e668680991')
const remoteRevocationBasepoint = hexToBytes('02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27')
const localDelayedBasepoint = hexToBytes('023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1')
const perCommitmentPoint = hexToBytes('025f7117a78150fe2ef97db7cfc83bd57b2e2c0d0dd25eaf467a4a1c2a45ce1486')
const fundingTxid = unwrap(decodeDisplayHash<Txid>('8984484a580b825b9972d7adb15050b3ab624ccd731946b3eeddb92f4e7ef6be'))
const fundingSatoshis = sats(10_000_000)

const keys: CommitmentKeys = {
  localFunding,
  remoteFunding,
  localDelayed: derivePublicKey(localDelayedBasepoint, perCommitmentPoint),
  localHtlc: derivePublicKey(localBasepoint, perCommitmentPoint),
  remoteHtlc: derivePublicKey(remoteBasepoint, perCommitmentPoint),
  remotePayment: remoteBasepoint,
  revocation: deriveRevocationPublicKey(remoteRevocationBasepoint, perCommitmentPoint),
}
const localHtlcSecret = deriveSecretKey(localBasepointSecret, localBasepoint, perCommitmentPoint)

const preimageOf = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const HTLCS = [
  { offeredByOwner: false, amountMsat: 1_000_000, cltvExpiry: 500, preimage: 0 },
  { offeredByOwner: false, amountMsat: 2_000_000, cltvExpiry: 501, preimage: 1 },
  { offeredByOwner: true, amountMsat: 2_000_000, cltvExpiry: 502, preimage: 2 },
  { offeredByOwner: true, amountMsat: 3_000_000, cltvExpiry: 503, preimage: 3 },
  { offeredByOwner: false, amountMsat: 4_000_000, cltvExpiry: 504, preimage: 4 },
  { offeredByOwner: true, amountMsat: 5_000_000, cltvExpiry: 506, preimage: 5 },
  { offeredByOwner: true, amountMsat: 5_000_001, cltvExpiry: 505, preimage: 5 },
]

interface VectorCase {
  readonly format: CommitmentFormat
  readonly toLocalMsat: number
  readonly toRemoteMsat: number
  readonly feeratePerKw: number
  readonly dustLimit: number
  readonly htlcs: readonly number[]
}

function termsOf(vector: VectorCase): CommitmentTerms {
  const htlcs = vector.htlcs.map((index): CommittedHtlc => {
    const { offeredByOwner, amountMsat, cltvExpiry, preimage } = HTLCS[index]!
    const paymentHash = sha256(preimageOf(preimage))
    return { id: BigInt(index), offeredByOwner, amountMsat: msats(amountMsat), paymentHash, cltvExpiry }
  })
  return {
    format: vector.format,
    fundingOutpoint: { txid: fundingTxid, index: 0 },
    number: 42,
    obscuringFactor: computeObscuringFactor(localBasepoint, remoteBasepoint),
    keys,
    dustLimit: sats(vector.dustLimit),
    toSelfDelay: 144,
    ownerIsOpener: true,
    feeratePerKw: vector.feeratePerKw,
    toOwnerMsat: msats(vector.toLocalMsat),
    toOtherMsat: msats(vector.toRemoteMsat),
    htlcs,
  }
}

const fromDer = (hex: string): Uint8Array => decodeDerLax(hexToBytes(hex))!
const hexOf = (transaction: Transaction): string => bytesToHex(encodeTransaction(transaction))

/** Signs as the vectors' local node and compares every byte. */
function expectTransactions(
  terms: CommitmentTerms,
  expected: {
    readonly commitment: string
    readonly remoteSignature: string
    readonly htlcs: readonly {
      readonly remoteSignature: string
      readonly transaction: string
      readonly kind?: string
      readonly htlc?: number
    }[]
  },
): void {
  const commitment = createCommitmentTransaction(terms)
  const witnessScript = fundingScript(localFunding, remoteFunding)
  const hash = computeInputSighash(commitment.transaction, { value: fundingSatoshis, witnessScript })
  const remoteSignature = fromDer(expected.remoteSignature)
  expect(verifySignature(hash, remoteSignature, remoteFunding)).toBe(true)
  const signed = withWitness(
    commitment.transaction,
    fundingWitness(
      { publicKey: localFunding, signature: ecdsaSign(hash, localFundingSecret)! },
      { publicKey: remoteFunding, signature: remoteSignature },
    ),
  )
  expect(hexOf(signed)).toBe(expected.commitment)
  expect(readCommitmentNumber(signed, terms.obscuringFactor)).toBe(42)

  const htlcTransactions = createHtlcTransactions(terms, commitment, computeTxid(signed))
  expect(htlcTransactions.length).toBe(expected.htlcs.length)
  htlcTransactions.forEach((htlc, i) => {
    const vector = expected.htlcs[i]!
    if (vector.kind !== undefined) expect([htlc.kind, Number(htlc.htlc.id)]).toEqual([vector.kind, vector.htlc])
    const remoteHash = computeInputSighash(htlc.transaction, htlc, { hashType: remoteHtlcSighashType(terms.format) })
    const remote = fromDer(vector.remoteSignature)
    expect(verifySignature(remoteHash, remote, keys.remoteHtlc)).toBe(true)
    const preimage = htlc.kind === 'success' ? { preimage: preimageOf(HTLCS[Number(htlc.htlc.id)]!.preimage) } : {}
    // The vectors' local signature is of type ALL, also with anchors.
    const localSignature = ecdsaSign(computeInputSighash(htlc.transaction, htlc), localHtlcSecret)!
    const witness = [
      ...htlcWitness({
        format: 'static_remotekey',
        remoteSignature: remote,
        localSignature,
        witnessScript: htlc.witnessScript,
        ...preimage,
      }),
    ]
    if (terms.format === 'anchors') witness[1] = Uint8Array.from([...witness[1]!.subarray(0, -1), 0x83])
    expect(hexOf(withWitness(htlc.transaction, witness))).toBe(vector.transaction)
  })
}

describe('BOLT 3 appendix B: funding transaction', () => {
  it('pays to the funding script', () => {
    const funding = unwrap(
      decodeTransaction(
        hexToBytes(
          '0200000001adbb20ea41a8423ea937e76e8151636bf6093b70eaff942930d20576600521fd000000006b48304502210090587b6201e166ad6af0227d3036a9454223d49a1f11839c1a362184340ef0240220577f7cd5cca78719405cbf1de7414ac027f0239ef6e214c90fcaab0454d84b3b012103535b32d5eb0a6ed0982a0479bbadc9868d9836f6ba94dd5a63be16d875069184ffffffff028096980000000000220020c015c4a6be010e21657068fc2e6a9d02b27ebe4d490a25846f7237f104d1a3cd20256d29010000001600143ca33c2e4446f4a305f23c80df8ad1afdcf652f900000000',
        ),
      ),
    )
    expect(computeTxid(funding)).toEqual(fundingTxid)
    const script = fundingScript(remoteFunding, localFunding)
    expect(bytesToHex(script)).toBe(
      '5221023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb21030e9f7b623d2ccc7c9bd44d66d5ce21ce504c0acf6385a132cec6d3c39fa711c152ae',
    )
    expect(funding.outputs[0]).toEqual({ value: fundingSatoshis, scriptPubKey: createP2wsh(script) })
  })
})

describe('BOLT 3 appendix C: static_remotekey', () => {
  it('obscures the commitment number', () => {
    expect(computeObscuringFactor(localBasepoint, remoteBasepoint)).toBe(0x2bb038521914n)
  })
  it.each(appendixC)('$name', (vector) => {
    const terms = termsOf({ ...vector, format: 'static_remotekey', dustLimit: vector.dustLimitSatoshis })
    if (vector.toLocalOutput) {
      const toLocal = createCommitmentTransaction(terms).outputs.find((output) => output.kind === 'to-local')!
      expect(bytesToHex(toLocal.witnessScript!)).toBe(vector.toLocalOutput.witnessScript)
      expect(toLocal.value).toBe(BigInt(vector.toLocalOutput.amount))
    }
    for (const expected of vector.htlcOutputs ?? []) {
      const outputs = createCommitmentTransaction(terms).outputs
      const found = outputs.find((output) => output.kind === 'htlc' && output.htlc.id === BigInt(expected.htlc))
      expect(bytesToHex(found!.witnessScript!)).toBe(expected.witnessScript)
      expect(found!.value).toBe(BigInt(expected.amount))
    }
    if (vector.baseFeeSatoshis !== undefined) {
      const fee = computeCommitmentFee('static_remotekey', vector.feeratePerKw, vector.htlcCount)
      expect(fee).toBe(BigInt(vector.baseFeeSatoshis))
    }
    expectTransactions(terms, {
      commitment: vector.commitmentTransaction,
      remoteSignature: vector.remoteSignature,
      htlcs: vector.htlcTransactions,
    })
  })
})

describe('BOLT 3 appendix F: anchors', () => {
  it.each(appendixF)('$Name', (vector) => {
    const sameAmount = vector.Name.includes('same amount')
    const terms = termsOf({
      format: 'anchors',
      toLocalMsat: vector.LocalBalance,
      toRemoteMsat: vector.RemoteBalance,
      feeratePerKw: vector.FeePerKw,
      dustLimit: vector.DustLimitSatoshis,
      htlcs: vector.UseTestHtlcs ? (sameAmount ? [1, 5, 6] : [0, 1, 2, 3, 4]) : [],
    })
    expectTransactions(terms, {
      commitment: vector.ExpectedCommitmentTxHex,
      remoteSignature: vector.RemoteSigHex,
      htlcs: vector.HtlcDescs.map((htlc) => ({
        remoteSignature: htlc.RemoteSigHex,
        transaction: htlc.ResolutionTxHex,
      })),
    })
  })
})
