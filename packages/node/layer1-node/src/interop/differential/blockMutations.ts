import { concatBytes } from '@ply/bytes'
import { computeMedianTimePast, createWitnessCommitmentScript, encodeCoinbaseHeight } from '@ply/consensus'
import {
  type Block,
  type BlockHash,
  type BlockHeader,
  COINBASE_INDEX,
  sats,
  SEQUENCE_FINAL,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import { createNullData, createScript, OP_CHECKSIG } from '@ply/script'
import type { Random } from '@ply/testkit'
import { type BlockWishes, buildBlock, mineHeader, remine } from './blocks.ts'

export interface BlockPlan extends BlockWishes {
  readonly random: Random
  readonly now: number
}

/** Spoils a block, or bends it to a limit. Some leave it valid. */
export type BlockMutation = (plan: BlockPlan) => Block

const rawHeader = (plan: BlockPlan, change: Partial<BlockHeader>): Block => {
  const block = buildBlock(plan)
  return { ...block, header: mineHeader({ ...block.header, ...change }, plan.parameters) }
}

const withScriptSig =
  (scriptSig: Uint8Array) =>
  (coinbase: Transaction): Transaction => ({
    ...coinbase,
    inputs: coinbase.inputs.map((input) => ({ ...input, scriptSig })),
  })

const withWitness =
  (witness: readonly Uint8Array[]) =>
  (coinbase: Transaction): Transaction => ({
    ...coinbase,
    inputs: coinbase.inputs.map((input) => ({ ...input, witness })),
  })

const withValue =
  (change: bigint) =>
  (coinbase: Transaction): Transaction => ({
    ...coinbase,
    outputs: coinbase.outputs.map((output, i) =>
      i === 0 ? { ...output, value: sats(output.value + change) } : output,
    ),
  })

const withOutput =
  (scriptPubKey: Uint8Array, value = 0n) =>
  (coinbase: Transaction): Transaction => ({
    ...coinbase,
    outputs: [...coinbase.outputs, { value: sats(value), scriptPubKey }],
  })

const changeTransactions = (
  plan: BlockPlan,
  change: (all: readonly Transaction[]) => readonly Transaction[],
): Block => {
  const block = buildBlock(plan)
  return remine({ ...block, transactions: change(block.transactions) }, plan.parameters)
}

/** Repeats the end of the list as the merkle tree does inside: the root stays the same. */
function duplicateTail(transactions: readonly Transaction[]): readonly Transaction[] {
  const { length } = transactions
  let width = 1
  while ((length / width) % 2 === 0) width *= 2
  return length === 1 ? transactions : [...transactions, ...transactions.slice(-width)]
}

const heightPush = (plan: BlockPlan, offset = 0): Uint8Array => encodeCoinbaseHeight(plan.previous.height + 1 + offset)

export const BLOCK_MUTATIONS: Readonly<Record<string, BlockMutation>> = {
  'wrong merkle root': (plan) => rawHeader(plan, { merkleRoot: plan.random.bytes(32) }),
  'repeated tail': (plan) => {
    const block = buildBlock(plan)
    return { ...block, transactions: duplicateTail(block.transactions) }
  },
  'a transaction twice': (plan) =>
    changeTransactions(plan, (all) => (all.length > 1 ? [...all, all[1]!, ...all.slice(2), all[1]!] : all)),
  'no transactions': (plan) => changeTransactions(plan, () => []),
  'no coinbase': (plan) => changeTransactions(plan, ([, ...rest]) => rest),
  'two coinbases': (plan) => changeTransactions(plan, (all) => [...all, all[0]!]),
  'height of the block before': (plan) =>
    buildBlock({ ...plan, coinbase: withScriptSig(concatBytes(heightPush(plan, -1), Uint8Array.of(0, 0))) }),
  'height as long push': (plan) => {
    const push = Uint8Array.of(4, ...heightPush(plan).slice(1), 0, 0, 0, 0).slice(0, 5)
    return buildBlock({ ...plan, coinbase: withScriptSig(push) })
  },
  'coinbase script of one byte': (plan) => buildBlock({ ...plan, coinbase: withScriptSig(Uint8Array.of(0x51)) }),
  'coinbase script of 100 bytes': (plan) => {
    const push = heightPush(plan)
    return buildBlock({ ...plan, coinbase: withScriptSig(concatBytes(push, new Uint8Array(100 - push.length))) })
  },
  'coinbase script of 101 bytes': (plan) => {
    const push = heightPush(plan)
    return buildBlock({ ...plan, coinbase: withScriptSig(concatBytes(push, new Uint8Array(101 - push.length))) })
  },
  'a satoshi too much': (plan) => buildBlock({ ...plan, coinbase: withValue(1n) }),
  'a satoshi less': (plan) => buildBlock({ ...plan, coinbase: withValue(-1n) }),
  'a coinbase that is not final': (plan) =>
    buildBlock({ ...plan, coinbase: (coinbase) => ({ ...coinbase, lockTime: plan.previous.height + 1 }) }),
  'a coinbase that is final by sequence': (plan) =>
    buildBlock({
      ...plan,
      coinbase: (coinbase) => ({
        ...coinbase,
        lockTime: plan.previous.height + 1,
        inputs: coinbase.inputs.map((input) => ({ ...input, sequence: SEQUENCE_FINAL })),
      }),
    }),
  'a coinbase without outputs': (plan) =>
    buildBlock({ ...plan, withoutCommitment: true, coinbase: (coinbase) => ({ ...coinbase, outputs: [] }) }),
  'wrong bits': (plan) => rawHeader(plan, { bits: 0x207ffffe }),
  'bits above the limit': (plan) => rawHeader(plan, { bits: plan.random.pick([0x21008000, 0x2100ffff]) }),
  'bits that are no target': (plan) => {
    const block = buildBlock(plan)
    return { ...block, header: { ...block.header, bits: plan.random.pick([0, 0x20800001, 0xff123456, 0x01003456]) } }
  },
  'no work': (plan) => {
    const block = buildBlock(plan)
    return { ...block, header: mineHeader(block.header, plan.parameters, true) }
  },
  'time of the median': (plan) => buildBlock({ ...plan, time: computeMedianTimePast(plan.previous) }),
  'time after the median': (plan) => buildBlock({ ...plan, time: computeMedianTimePast(plan.previous) + 1 }),
  'time two hours ahead': (plan) => buildBlock({ ...plan, time: plan.now + 7200 }),
  'time more than two hours ahead': (plan) => buildBlock({ ...plan, time: plan.now + 7201 }),
  'time at the end of 32 bits': (plan) => buildBlock({ ...plan, time: 0xffffffff }),
  'version 0': (plan) => buildBlock({ ...plan, version: 0 }),
  'version 1': (plan) => buildBlock({ ...plan, version: 1 }),
  'version 2': (plan) => buildBlock({ ...plan, version: 2 }),
  'version 3': (plan) => buildBlock({ ...plan, version: 3 }),
  'version 4': (plan) => buildBlock({ ...plan, version: 4 }),
  'negative version': (plan) => buildBlock({ ...plan, version: -1 }),
  'least version': (plan) => buildBlock({ ...plan, version: -0x80000000 }),
  'unknown parent': (plan) => rawHeader(plan, { previousBlockHash: plan.random.bytes(32) as BlockHash }),
  'wrong witness commitment': (plan) => {
    const spoil = (coinbase: Transaction): Transaction => ({
      ...coinbase,
      outputs: coinbase.outputs.map((output, i) =>
        i === coinbase.outputs.length - 1
          ? { ...output, scriptPubKey: createWitnessCommitmentScript(plan.random.bytes(32)) }
          : output,
      ),
    })
    return buildBlock({ ...plan, committed: spoil })
  },
  'wrong reserved value': (plan) => buildBlock({ ...plan, committed: withWitness([plan.random.bytes(32)]) }),
  'reserved value too short': (plan) => buildBlock({ ...plan, committed: withWitness([new Uint8Array(31)]) }),
  'two reserved values': (plan) =>
    buildBlock({ ...plan, committed: withWitness([new Uint8Array(32), new Uint8Array(32)]) }),
  'no reserved value': (plan) => buildBlock({ ...plan, committed: withWitness([]) }),
  'no commitment': (plan) => buildBlock({ ...plan, withoutCommitment: true }),
  'no commitment, but a reserved value': (plan) =>
    buildBlock({ ...plan, withoutCommitment: true, coinbase: withWitness([new Uint8Array(32)]) }),
  'a wrong commitment before the right one': (plan) =>
    buildBlock({ ...plan, coinbase: withOutput(createWitnessCommitmentScript(plan.random.bytes(32))) }),
  'a wrong commitment behind the right one': (plan) =>
    buildBlock({ ...plan, committed: withOutput(createWitnessCommitmentScript(plan.random.bytes(32))) }),
  'a longer commitment': (plan) =>
    buildBlock({
      ...plan,
      committed: (coinbase) => ({
        ...coinbase,
        outputs: coinbase.outputs.map(({ value, scriptPubKey }, i) =>
          i === coinbase.outputs.length - 1
            ? { value, scriptPubKey: concatBytes(scriptPubKey, plan.random.bytes(5)) }
            : { value, scriptPubKey },
        ),
      }),
    }),
  'transactions out of order': (plan) => buildBlock({ ...plan, transactions: [...plan.transactions].reverse() }),
  'an unknown coin': (plan) => {
    const stray: Transaction = {
      version: 2,
      inputs: [
        {
          prevout: { txid: plan.random.bytes(32) as Txid, index: 0 },
          scriptSig: new Uint8Array(0),
          sequence: 0,
          witness: [],
        },
      ],
      outputs: [{ value: sats(0), scriptPubKey: createScript([]) }],
      lockTime: 0,
    }
    return buildBlock({ ...plan, transactions: [...plan.transactions, stray] })
  },
  'a null input': (plan) => {
    const [first, ...rest] = plan.transactions
    if (!first) return buildBlock(plan)
    const prevout = { txid: new Uint8Array(32) as Txid, index: COINBASE_INDEX }
    const spoiled = { ...first, inputs: [...first.inputs, { ...first.inputs[0]!, prevout }] }
    return buildBlock({ ...plan, transactions: [spoiled, ...rest] })
  },
  'more than a million bytes': (plan) => {
    const padding = (length: number): ((coinbase: Transaction) => Transaction) =>
      withOutput(createNullData(new Uint8Array(length)))
    const size = plan.random.pick([998_000, 1_000_000])
    return buildBlock({ ...plan, transactions: [], fees: 0n, coinbase: padding(size) })
  },
  '20,000 signature operations': (plan) =>
    buildBlock({ ...plan, transactions: [], fees: 0n, coinbase: withOutput(new Uint8Array(20_000).fill(OP_CHECKSIG)) }),
  '20,001 signature operations': (plan) =>
    buildBlock({ ...plan, transactions: [], fees: 0n, coinbase: withOutput(new Uint8Array(20_001).fill(OP_CHECKSIG)) }),
}
