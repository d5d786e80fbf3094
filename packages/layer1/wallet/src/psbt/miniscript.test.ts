import { bytesToHex, unwrap } from '@ply/bytes'
import { hash160, hash256, ripemd160, sha256 } from '@ply/crypto'
import { REGTEST } from '@ply/primitives'
import { deriveOutputs, type HashFragment, parseDescriptor } from '@ply/script'
import { describe, expect, test } from 'vitest'
import { checkTransaction, create, entropy, fill, read } from '../test/descriptorPsbt.ts'
import { combinePsbts } from './combinePsbts.ts'
import { INPUT } from './fieldType.ts'
import { extractTransaction, finalizePsbt } from './finalizePsbt.ts'
import type { Psbt } from './psbt.ts'
import { setPsbtEntry } from './psbtMap.ts'
import { signPsbtInput } from './signPsbt.ts'
import { updatePsbtInput } from './updatePsbt.ts'

const PREIMAGE = new Uint8Array(32).fill(7)
const HASHES: Readonly<Record<HashFragment, (bytes: Uint8Array) => Uint8Array>> = {
  sha256,
  hash256,
  ripemd160,
  hash160,
}
/** Names of hashes in a descriptor stand for those of the preimage. */
const fillHashes = (text: string): string =>
  text.replace(/(\w+)\(H\)/g, (_, name: HashFragment) => `${name}(${bytesToHex(HASHES[name](PREIMAGE))})`)

const addPreimages = (psbt: Psbt): Psbt =>
  Object.entries(HASHES).reduce(
    (current, [name, hash]) =>
      updatePsbtInput(current, 0, (map) =>
        setPsbtEntry(map, { type: INPUT[name as HashFragment], keyData: hash(PREIMAGE), value: PREIMAGE }),
      ),
    psbt,
  )

interface Case {
  readonly text: string
  /** The keys that sign, by their places in the descriptor. */
  readonly signers: readonly number[]
  readonly sequence?: number
  readonly lockTime?: number
  readonly preimages?: boolean
}

const DAY = 144

// Each is spent by exactly what it names: one thing less and it cannot be finalized.
const cases: readonly Case[] = [
  { text: 'wsh(and_v(v:pk(A/*),older(144)))', signers: [0], sequence: DAY },
  { text: 'wsh(and_v(v:pk(A/*),after(700000)))', signers: [0], sequence: 0, lockTime: 700_000 },
  { text: 'wsh(or_d(pk(A/*),and_v(v:pkh(B/*),older(144))))', signers: [1], sequence: DAY },
  { text: 'sh(wsh(and_v(v:pkh(A/*),hash160(H))))', signers: [0], preimages: true },
  { text: 'wsh(andor(pk(A/*),sha256(H),and_v(v:pk(B/*),older(144))))', signers: [0], preimages: true },
  { text: 'wsh(thresh(2,pk(A/*),s:pk(B/*),sln:older(144)))', signers: [1], sequence: DAY },
  { text: 'wsh(and_v(or_c(pk(B/*),or_c(pk(C/*),v:hash256(H))),pk(A/*)))', signers: [2], preimages: true },
  { text: 'tr(A/*,and_v(v:pk(B/*),older(144)))', signers: [1], sequence: DAY },
  { text: 'tr(A/*,{pk(C/*),and_v(v:pkh(B/*),ripemd160(H))})', signers: [2], preimages: true },
  {
    text: 'tr(A/*,and_v(v:multi_a(2,B/*,C/*,A/1/*),after(500000001)))',
    signers: [1, 3],
    sequence: 0,
    lockTime: 500_000_001,
  },
  { text: 'tr(A/*,{and_v(v:pk(B/*),older(4194305)),thresh(2,pkh(B/1/*),s:pk(C/*),snl:after(9))})', signers: [2, 3] },
]

function prepare({ text, signers, sequence, lockTime, preimages }: Case): {
  readonly psbt: Psbt
  readonly check: () => void
} {
  const descriptor = unwrap(parseDescriptor(fillHashes(fill(text)), REGTEST))
  const [spent, change] = [7, 8].map((index) => unwrap(deriveOutputs(descriptor, index))[0]!)
  const locks = { ...(sequence === undefined ? {} : { sequence }), ...(lockTime === undefined ? {} : { lockTime }) }
  const created = create(spent!, change!, locks)
  const psbt = read(preimages ? addPreimages(created) : created)
  const signed = signers.map((place) => {
    const { secretKey } = spent!.keys[place]!
    return read(unwrap(signPsbtInput(psbt, 0, { secretKey: secretKey!, entropy })))
  })
  const combined = unwrap(combinePsbts([psbt, ...signed]))
  return { psbt: combined, check: () => checkTransaction(combined, spent!) }
}

/** Every way to leave one thing out. */
function lessOneThing(one: Case): readonly Case[] {
  const { sequence, lockTime, preimages, ...rest } = one
  return [
    ...one.signers.map((_, i) => ({ ...one, signers: one.signers.toSpliced(i, 1) })),
    ...(sequence ? [{ ...one, sequence: sequence - 1 }] : []),
    ...(lockTime ? [{ ...one, lockTime: lockTime - 1 }] : []),
    ...(preimages ? [rest] : []),
  ]
}

describe.each(cases)('$text', (one) => {
  test('is spent with what it needs', () => {
    prepare(one).check()
  })
  test('is not spent with less', () => {
    const less = lessOneThing(one)
    expect(less.length).toBeGreaterThan(0)
    for (const attempt of less) {
      expect([...finalizePsbt(prepare(attempt).psbt).incomplete.values()]).toEqual(['psbt-missing-signature'])
    }
  })
})

test('of two ways the smaller one is taken', () => {
  const text = 'wsh(or_d(multi(2,A/*,B/*),and_v(v:pk(C/*),older(144))))'
  const { psbt, check } = prepare({ text, signers: [0, 1, 2], sequence: DAY })
  check()
  const [input] = unwrap(extractTransaction(finalizePsbt(psbt).psbt)).inputs
  // One signature and two dissatisfied ones, not two signatures.
  expect(input!.witness.filter((item) => item.length > 60 && item.length < 80)).toHaveLength(1)
})
