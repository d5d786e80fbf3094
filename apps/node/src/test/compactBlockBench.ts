// Measures how fast a block of 1 MB is relayed between two nodes with the same mempool, over loopback through a compact
// block: from the moment that the first passes it on until the second does. `pnpm bench compactBlock`
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, concatBytes, unwrap } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import {
  computeTxid,
  decodeDisplayHash,
  encodeAddress,
  encodeTransaction,
  type OutPoint,
  REGTEST,
  type Sats,
  sats,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import { BlockObserver } from './blockObserver.ts'
import { PlydProcess } from './plydProcess.ts'

const ROUNDS = 5
/** Transactions of a block, and outputs of each: 1 MB together. */
const TRANSACTIONS = 2500
const OUTPUTS = 8
const SMALL = 1000n
const FEE = 2000n
/** Outputs that one standard transaction can have. */
const FAN_OUT = 1250
const COINBASE_MATURITY = 100
const BLOCK_SUBSIDY = 5_000_000_000n
const FOREVER = 0

/** OP_TRUE behind a script hash: anybody's, without a signature. */
const WITNESS_SCRIPT = Uint8Array.of(0x51)
const SCRIPT = concatBytes(Uint8Array.of(0x00, 0x20), sha256(WITNESS_SCRIPT))

interface Coin {
  readonly outpoint: OutPoint
  readonly value: bigint
}

function spend({ outpoint }: Coin, values: readonly bigint[]): Transaction {
  return {
    version: 2,
    inputs: [{ prevout: outpoint, scriptSig: new Uint8Array(0), sequence: 0xfffffffd, witness: [WITNESS_SCRIPT] }],
    outputs: values.map((value) => ({ value: sats(value), scriptPubKey: SCRIPT })),
    lockTime: 0,
  }
}

const coinOf = (tx: Transaction, index: number): Coin => ({
  outpoint: { txid: computeTxid(tx), index },
  value: tx.outputs[index]!.value as Sats,
})

const hexOf = (tx: Transaction): string => bytesToHex(encodeTransaction(tx))

/** One coin for each transaction of a block, confirmed at both nodes. */
async function prepareCoins(miner: PlydProcess, follower: PlydProcess): Promise<Coin[]> {
  const address = encodeAddress(SCRIPT, REGTEST)!
  const fanOuts = TRANSACTIONS / FAN_OUT
  const hashes = (await miner.call('generatetoaddress', COINBASE_MATURITY + fanOuts, address)) as string[]
  const coins: Coin[] = []
  for (const hash of hashes.slice(0, fanOuts)) {
    const block = (await miner.call('getblock', hash)) as { tx: string[] }
    const txid = unwrap(decodeDisplayHash(block.tx[0]!)) as Txid
    const value = (BLOCK_SUBSIDY - 1_000_000n) / BigInt(FAN_OUT)
    const tx = spend({ outpoint: { txid, index: 0 }, value: BLOCK_SUBSIDY }, new Array<bigint>(FAN_OUT).fill(value))
    await miner.call('sendrawtransaction', hexOf(tx), 0)
    coins.push(...tx.outputs.map((_, index) => coinOf(tx, index)))
  }
  const [tip] = (await miner.call('generatetoaddress', 1, address)) as string[]
  await follower.call('waitforblock', tip!, FOREVER)
  return coins
}

/** Two nodes, the second connected to the first, and who hears of blocks from each. */
interface Line {
  readonly miner: PlydProcess
  readonly follower: PlydProcess
  readonly observers: readonly [BlockObserver, BlockObserver]
}

/** Mines the transactions at one node and waits for the other. Milliseconds between, and until it is the tip of both. */
async function relayBlock({ miner, follower, observers }: Line, transactions: readonly Transaction[]) {
  for (const node of [miner, follower]) {
    for (const tx of transactions) await node.call('sendrawtransaction', hexOf(tx), 0)
  }
  const address = encodeAddress(SCRIPT, REGTEST)!
  const block = await miner.call('generateblock', address, transactions.map(hexOf), false)
  const { hash, hex } = block as { hash: string; hex: string }
  const arrived = follower.call('waitforblock', hash, FOREVER)
  const begun = performance.now()
  await miner.call('submitblock', hex)
  await arrived
  const total = performance.now() - begun
  const [sent, passedOn] = observers.map((observer) => observer.heard.get(hash))
  if (sent === undefined || passedOn === undefined) throw new Error('the block was not announced in compact form')
  return { hop: passedOn - sent, total, bytes: hex.length / 2 }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ply-compact-'))
  const start = (name: string) => PlydProcess.start({ folder: join(folder, name), args: ['--automine', 'off'] })
  const running: PlydProcess[] = []
  try {
    const [miner, follower] = [await start('miner'), await start('follower')]
    running.push(miner, follower)
    await follower.call('addnode', miner.p2pAddress, 'onetry')
    let coins = await prepareCoins(miner, follower)
    const observers = [
      await BlockObserver.connect(miner.p2pAddress),
      await BlockObserver.connect(follower.p2pAddress),
    ] as const
    const hops: number[] = []
    const totals: number[] = []
    let size = 0
    for (let round = 0; round < ROUNDS; round++) {
      const small = new Array<bigint>(OUTPUTS - 1).fill(SMALL)
      const transactions = coins.map((coin) => spend(coin, [coin.value - SMALL * BigInt(OUTPUTS - 1) - FEE, ...small]))
      const { hop, total, bytes } = await relayBlock({ miner, follower, observers }, transactions)
      hops.push(hop)
      totals.push(total)
      size = bytes
      coins = transactions.map((tx) => coinOf(tx, 0))
    }
    for (const observer of observers) observer.close()
    const all = hops.map((time) => time.toFixed(0)).join(', ')
    console.log(`compact relay of a block of ${(size / 1e6).toFixed(2)} MB, ${TRANSACTIONS} transactions:`)
    console.log(`  passed on after ${median(hops).toFixed(0)} ms (goal: 60; all: ${all})`)
    console.log(`  from submitblock to the other node's tip ${median(totals).toFixed(0)} ms`)
  } finally {
    for (const plyd of running) await plyd.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
