import { concatBytes } from '@ply/bytes'
import { COINBASE_INDEX, MAX_MONEY, sats, type Transaction, type TxInput, type Txid, ZERO_HASH } from '@ply/primitives'
import {
  createMultisig,
  createNullData,
  createP2a,
  createP2wsh,
  createScript,
  OP_1,
  OP_CHECKSIG,
  OP_DUP,
} from '@ply/script'
import type { Random } from '@ply/testkit'
import { KEYS } from './keys.ts'
import { type Draft, resign } from './transactions.ts'

/** Spoils a transaction, or bends it to a limit. */
export type TxMutation = (
  draft: Draft,
  random: Random,
  now: { readonly height: number; readonly time: number },
) => Transaction

const outputsOf = (draft: Draft, change: (value: bigint, i: number) => bigint): Transaction =>
  resign(draft, {
    outputs: draft.tx.outputs.map((output, i) => ({ ...output, value: sats(change(output.value, i)) })),
  }).tx

const changeInput = (tx: Transaction, index: number, change: Partial<TxInput>): Transaction => ({
  ...tx,
  inputs: tx.inputs.map((input, i) => (i === index ? { ...input, ...change } : input)),
})

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice()
  if (copy.length > 0) copy[random.below(copy.length)]! ^= 1 << random.below(8)
  return copy
}

const withOutputs = (draft: Draft, scripts: readonly Uint8Array[], value = 1000n): Transaction => {
  const [first, ...rest] = draft.tx.outputs
  const paid = first!.value - value * BigInt(scripts.length)
  const added = scripts.map((scriptPubKey) => ({ value: sats(value), scriptPubKey }))
  return resign(draft, { outputs: [{ ...first!, value: sats(paid) }, ...rest, ...added] }).tx
}

const P2WSH_TRUE = createP2wsh(createScript([OP_1]))

export const TX_MUTATIONS: Readonly<Record<string, TxMutation>> = {
  'flipped witness byte': ({ tx }, random) => {
    const index = random.below(tx.inputs.length)
    const { witness } = tx.inputs[index]!
    const at = random.below(Math.max(1, witness.length))
    return changeInput(tx, index, { witness: witness.map((item, i) => (i === at ? flipped(item, random) : item)) })
  },
  'flipped scriptSig byte': ({ tx }, random) => {
    const index = random.below(tx.inputs.length)
    return changeInput(tx, index, { scriptSig: flipped(tx.inputs[index]!.scriptSig, random) })
  },
  'no witness': ({ tx }) => ({ ...tx, inputs: tx.inputs.map((input) => ({ ...input, witness: [] })) }),
  'no scriptSig': ({ tx }, random) => changeInput(tx, random.below(tx.inputs.length), { scriptSig: new Uint8Array(0) }),
  'witness item dropped': ({ tx }, random) => {
    const index = random.below(tx.inputs.length)
    return changeInput(tx, index, { witness: tx.inputs[index]!.witness.slice(1) })
  },
  'witness item added': ({ tx }, random) => {
    const index = random.below(tx.inputs.length)
    const item = random.bytes(random.pick([0, 1, 80, 81, 520, 521]))
    return changeInput(tx, index, { witness: [item, ...tx.inputs[index]!.witness] })
  },
  'many witness items': ({ tx }, random) => {
    const index = random.below(tx.inputs.length)
    const many = Array.from({ length: random.pick([100, 101, 1000, 1001]) }, () => new Uint8Array(1))
    return changeInput(tx, index, { witness: [...many, ...tx.inputs[index]!.witness] })
  },
  annex: ({ tx }, random) => {
    const index = random.below(tx.inputs.length)
    const annex = concatBytes(Uint8Array.of(0x50), random.bytes(random.below(20)))
    return changeInput(tx, index, { witness: [...tx.inputs[index]!.witness, annex] })
  },
  'control block changed': ({ tx }, random) => {
    const index = random.below(tx.inputs.length)
    const { witness } = tx.inputs[index]!
    const last = witness.at(-1) ?? new Uint8Array(0)
    const changed = random.pick([flipped(last, random), last.slice(0, -1), concatBytes(last, random.bytes(32))])
    return changeInput(tx, index, { witness: [...witness.slice(0, -1), changed] })
  },
  'scriptSig with an extra push': ({ tx }, random) => {
    const index = random.below(tx.inputs.length)
    const extra = random.pick([createScript([OP_1]), createScript([random.bytes(75)]), Uint8Array.of(0x4c, 1, 5)])
    return changeInput(tx, index, { scriptSig: concatBytes(extra, tx.inputs[index]!.scriptSig) })
  },
  'scriptSig that does more than push': ({ tx }, random) => {
    const index = random.below(tx.inputs.length)
    const scriptSig = concatBytes(createScript([OP_1, OP_DUP]), tx.inputs[index]!.scriptSig)
    return changeInput(tx, index, { scriptSig })
  },
  'long scriptSig': ({ tx }, random) => {
    const pushes = createScript(Array.from({ length: random.pick([3, 4, 20]) }, () => random.bytes(510)))
    return changeInput(tx, random.below(tx.inputs.length), { scriptSig: pushes })
  },
  'output changed after signing': ({ tx }) => ({
    ...tx,
    outputs: tx.outputs.map((output, i) => (i === 0 ? { ...output, value: sats(output.value - 1n) } : output)),
  }),
  'odd hash type': (draft, random) => {
    const hashTypes = draft.hashTypes.map(() => random.pick([0, 4, 0x40, 0x84, 0xff, 0x80]))
    return resign({ ...draft, hashTypes }, {}).tx
  },
  'outputs above inputs': (draft) => outputsOf(draft, (value, i) => (i === 0 ? value + 10_000_000_000n : value)),
  'negative output': (draft) => outputsOf(draft, (value, i) => (i === 0 ? -1n : value)),
  'output above all money': (draft, random) =>
    outputsOf(draft, (value, i) => (i === 0 ? MAX_MONEY + BigInt(random.below(2)) : value)),
  'total above all money': (draft) =>
    resign(draft, { outputs: [0, 1].map(() => ({ value: sats(MAX_MONEY), scriptPubKey: P2WSH_TRUE })) }).tx,
  'the same input twice': ({ tx }) => ({ ...tx, inputs: [...tx.inputs, tx.inputs[0]!] }),
  'no outputs': ({ tx }) => ({ ...tx, outputs: [] }),
  'null input': ({ tx }) => ({
    ...tx,
    inputs: [...tx.inputs, { ...tx.inputs[0]!, prevout: { txid: ZERO_HASH as Txid, index: COINBASE_INDEX } }],
  }),
  coinbase: ({ tx }, random) => ({
    ...tx,
    inputs: [
      {
        prevout: { txid: ZERO_HASH as Txid, index: COINBASE_INDEX },
        scriptSig: random.bytes(random.pick([1, 2, 100, 101])),
        sequence: 0,
        witness: [],
      },
    ],
  }),
  'unknown input': ({ tx }, random) =>
    changeInput(tx, random.below(tx.inputs.length), {
      prevout: { txid: random.bytes(32) as Txid, index: random.below(3) },
    }),
  'unknown output of a known transaction': ({ tx }) =>
    changeInput(tx, 0, { prevout: { ...tx.inputs[0]!.prevout, index: 4000 } }),
  version: (draft, random) =>
    resign(draft, { version: random.pick([0, 3, 4, 5, 0x7fffffff, 0x80000000, 0xffffffff]) }).tx,
  'lock time by height': (draft, random, now) => {
    const inputs = draft.tx.inputs.map((input) => ({ ...input, sequence: 0xfffffffe }))
    return resign(draft, { inputs, lockTime: now.height + random.below(4) - 1 }).tx
  },
  'lock time by time': (draft, random, now) => {
    const inputs = draft.tx.inputs.map((input) => ({ ...input, sequence: 0xfffffffe }))
    return resign(draft, { inputs, lockTime: now.time + random.below(3) - 1 }).tx
  },
  'sequence by height': (draft, random) => {
    const inputs = draft.tx.inputs.map((input) => ({ ...input, sequence: random.below(12) }))
    return resign(draft, { inputs, version: random.pick([1, 2, 2, 3]) }).tx
  },
  'sequence by time': (draft, random) => {
    const inputs = draft.tx.inputs.map((input) => ({ ...input, sequence: 0x400000 + random.below(20) }))
    return resign(draft, { inputs, version: random.pick([1, 2, 2]) }).tx
  },
  data: (draft, random) =>
    withOutputs(
      draft,
      Array.from({ length: 1 + random.below(3) }, () => createNullData(random.bytes(random.below(500)))),
      0n,
    ),
  'much data': (draft, random) =>
    withOutputs(draft, [createNullData(random.bytes(random.pick([90_000, 99_000, 100_100])))], 0n),
  dust: (draft, random) => {
    const scripts = Array.from({ length: 1 + random.below(2) }, () => random.pick([createP2a(), P2WSH_TRUE]))
    return withOutputs(draft, scripts, BigInt(random.pick([0, 1, 239, 240, 329, 330, 331])))
  },
  'dust without a fee': (draft, random) => {
    const total = draft.coins.reduce((sum, coin) => sum + coin.value, 0n)
    const dust = { value: sats(random.pick([0, 1, 100])), scriptPubKey: createP2a() }
    return resign(draft, { outputs: [{ value: sats(total - dust.value), scriptPubKey: P2WSH_TRUE }, dust] }).tx
  },
  'odd outputs': (draft, random) => {
    const { publicKey } = KEYS[0]!
    const odd = [
      createScript([OP_1]),
      new Uint8Array(0),
      createMultisig(1, [publicKey, publicKey, publicKey, publicKey]),
      createMultisig(2, [publicKey, publicKey, publicKey]),
      random.bytes(1 + random.below(40)),
      createScript([random.bytes(33), OP_CHECKSIG]),
      concatBytes(Uint8Array.of(0x6a), random.bytes(20)),
      new Uint8Array(10_001),
      new Uint8Array(10_000),
    ]
    return withOutputs(draft, [random.pick(odd)], 2000n)
  },
  'many signature operations in outputs': (draft, random) => {
    const keys = [0, 1, 2].map((i) => KEYS[i]!.publicKey)
    return withOutputs(draft, new Array<Uint8Array>(random.pick([199, 200, 201])).fill(createMultisig(1, keys)), 1000n)
  },
  tiny: (draft, random) =>
    resign(draft, { outputs: [{ value: sats(0), scriptPubKey: createNullData(random.bytes(random.below(5))) }] }).tx,
  'all to fees': (draft) => resign(draft, { outputs: [{ value: sats(1000), scriptPubKey: P2WSH_TRUE }] }).tx,
}
