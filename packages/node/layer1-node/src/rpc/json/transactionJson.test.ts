import { expect, test } from 'vitest'
import { bytesToHex, concatBytes, hexToBytes } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import { publicKeyFromSecret } from '@ply/crypto'
import {
  computeTxid,
  computeWtxid,
  encodeAddress,
  encodeTransaction,
  formatBtc,
  hashToDisplay,
  isCoinbase,
  REGTEST,
  sats,
  totalSize,
  type Transaction,
  transactionWeight,
  type Txid,
  type TxInput,
  type TxOutput,
  virtualSize,
} from '@ply/primitives'
import { type JsonOutput, RawNumber, stringifyJson } from '@ply/rpc'
import {
  classifyOutput,
  createMultisig,
  createP2pkh,
  createP2sh,
  createP2wpkh,
  createP2wsh,
  createTaprootOutput,
  formatDescriptor,
  inferDescriptor,
  scriptToAsm,
} from '@ply/script'
import { createRandom, type Random } from '@ply/testkit'
import { transactionJson, type TransactionJsonOptions } from './transactionJson.ts'

// The same as objects, which say plainly what must come out.

function scriptObject(script: Uint8Array): JsonOutput {
  const { type } = classifyOutput(script)
  return {
    asm: scriptToAsm(script),
    desc: formatDescriptor(inferDescriptor(script, REGTEST)),
    hex: bytesToHex(script),
    address: type === 'pubkey' ? undefined : encodeAddress(script, REGTEST),
    type,
  }
}

const coinObject = ({ isCoinbase: generated, height, output }: Coin): JsonOutput => ({
  generated,
  height,
  value: new RawNumber(formatBtc(output.value)),
  scriptPubKey: scriptObject(output.scriptPubKey),
})

function inputObject({ prevout, scriptSig, sequence, witness }: TxInput, coinbase: boolean, coin?: Coin): JsonOutput {
  const txinwitness = witness.length > 0 ? witness.map(bytesToHex) : undefined
  if (coinbase) return { coinbase: bytesToHex(scriptSig), txinwitness, sequence }
  return {
    txid: hashToDisplay(prevout.txid),
    vout: prevout.index,
    scriptSig: { asm: scriptToAsm(scriptSig, true), hex: bytesToHex(scriptSig) },
    txinwitness,
    prevout: coin && coinObject(coin),
    sequence,
  }
}

function transactionObject(tx: Transaction, { coins, prevouts, hex = true }: TransactionJsonOptions): JsonOutput {
  const sum = (outputs: readonly TxOutput[]): bigint => outputs.reduce((total, { value }) => total + value, 0n)
  return {
    txid: hashToDisplay(computeTxid(tx)),
    hash: hashToDisplay(computeWtxid(tx)),
    version: tx.version,
    size: totalSize(tx),
    vsize: virtualSize(tx),
    weight: transactionWeight(tx),
    locktime: tx.lockTime,
    vin: tx.inputs.map((input, i) => inputObject(input, isCoinbase(tx), prevouts ? coins?.[i] : undefined)),
    vout: tx.outputs.map(({ value, scriptPubKey }, n) => ({
      value: new RawNumber(formatBtc(value)),
      n,
      scriptPubKey: scriptObject(scriptPubKey),
    })),
    fee: coins && new RawNumber(formatBtc(sum(coins.map(({ output }) => output)) - sum(tx.outputs))),
    hex: hex ? bytesToHex(encodeTransaction(tx)) : undefined,
  }
}

const keyOf = (random: Random, compressed = true): Uint8Array =>
  publicKeyFromSecret(concatBytes(Uint8Array.of(1), random.bytes(31)), compressed)!

/** One script of each kind, by what random gives. */
const SCRIPTS: readonly ((random: Random) => Uint8Array)[] = [
  (random) => createP2pkh(random.bytes(20)),
  (random) => createP2sh(random.bytes(20)),
  (random) => createP2wpkh(random.bytes(20)),
  (random) => createP2wsh(random.bytes(random.below(60))),
  (random) => createTaprootOutput(keyOf(random).slice(1))!.scriptPubKey,
  // Half of all numbers are on no point of the curve.
  (random) => concatBytes(Uint8Array.of(0x51, 32), random.bytes(32)),
  (random) => createMultisig(1, [keyOf(random), keyOf(random, random.below(2) === 0)]),
  (random) => concatBytes(Uint8Array.of(33), keyOf(random), Uint8Array.of(0xac)),
  (random) => concatBytes(Uint8Array.of(65), keyOf(random, false), Uint8Array.of(0xac)),
  (random) => concatBytes(Uint8Array.of(0x6a, 40), random.bytes(40)),
  (random) => concatBytes(Uint8Array.of(0x52 + random.below(15), 5), random.bytes(5)),
  () => hexToBytes('51024e73'),
  () => new Uint8Array(0),
  // A push that runs over the end, and whatever comes.
  (random) => concatBytes(Uint8Array.of(0x4d, 0xff, 0xff), random.bytes(3)),
  (random) => random.bytes(random.below(300)),
]

const scriptOf = (random: Random): Uint8Array => SCRIPTS[random.below(SCRIPTS.length)]!(random)
const outputOf = (random: Random): TxOutput => ({
  value: sats(BigInt(random.below(2 ** 31)) * BigInt(random.below(1_000_000))),
  scriptPubKey: scriptOf(random),
})

/** A signature whose hash type shows in the assembly, and what is none. */
const SCRIPT_SIGS: readonly ((random: Random) => Uint8Array)[] = [
  () => new Uint8Array(0),
  (random) => {
    const half = concatBytes(Uint8Array.of(0x02, 32, 0x11), random.bytes(31))
    const signature = concatBytes(Uint8Array.of(0x30, 68), half, half, Uint8Array.of(random.below(4)))
    return concatBytes(Uint8Array.of(signature.length), signature, Uint8Array.of(33), keyOf(random))
  },
  (random) => random.bytes(random.below(80)),
]

function inputOf(random: Random): TxInput {
  return {
    prevout: { txid: random.bytes(32) as Txid, index: random.below(2 ** 31) },
    scriptSig: SCRIPT_SIGS[random.below(SCRIPT_SIGS.length)]!(random),
    sequence: 0xffffffff - random.below(3),
    witness: Array.from({ length: random.below(4) }, () => random.bytes(random.below(250))),
  }
}

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

test('transactions with scripts of all kinds are written as the objects they are', () => {
  const random = createRandom(7)
  for (let i = 0; i < 400; i++) {
    const inputs = many(1 + random.below(4), () => inputOf(random))
    const tx: Transaction = {
      version: random.below(2 ** 31) * 2,
      inputs,
      outputs: many(random.below(5), () => outputOf(random)),
      lockTime: random.below(2 ** 31),
    }
    const coins = inputs.map(() => ({
      output: outputOf(random),
      height: random.below(1_000_000),
      isCoinbase: random.below(2) === 0,
    }))
    const options = {
      network: REGTEST,
      coins: random.below(3) > 0 ? coins : undefined,
      prevouts: random.below(2) === 0,
      hex: random.below(2) === 0,
    }
    expect(transactionJson(tx, options).text).toBe(stringifyJson(transactionObject(tx, options)))
  }
})

test('a wallet marks its change', () => {
  const [tx] = REGTEST.genesis.transactions
  const marked = transactionJson(tx!, { network: REGTEST, isChange: ({ value }) => value === 5_000_000_000n }).text
  const plain = transactionJson(tx!, { network: REGTEST }).text
  expect(marked).toBe(plain.replace('"type":"pubkey"}}', '"type":"pubkey"},"ischange":true}'))
  expect(marked).not.toBe(plain)
})

test('a coinbase shows no output that it spends', () => {
  const [tx] = REGTEST.genesis.transactions
  const options = { network: REGTEST, prevouts: true }
  expect(transactionJson(tx!, options).text).toBe(stringifyJson(transactionObject(tx!, options)))
})
