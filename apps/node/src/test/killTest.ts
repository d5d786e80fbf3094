import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { decodeBlock, decodeDisplayHash, encodeTransaction, REGTEST, type Txid } from '@ply/primitives'
import { isJsonObject, type Json, type JsonObject, parseBtcAmount, RpcConnectionError } from '@ply/rpc'
import { createRandom, type Random } from '@ply/testkit'
import { OPEN_ADDRESS, OPEN_SCRIPT, type OpenCoin, spendOpenCoins } from './openCoins.ts'
import { PlydProcess } from './plydProcess.ts'
import { Replay } from './replay.ts'

export interface KillTestOptions {
  readonly kills: number
  readonly seed: number
  /** Milliseconds of work before a kill, at most. */
  readonly maxLife?: number
  log?(line: string): void
}

/** What plyd said and must still hold after it was killed. */
interface Acknowledged {
  height: number
  hash: string
}

function member(value: Json, name: string): Json {
  const found = isJsonObject(value) ? value[name] : undefined
  if (found === undefined) throw new Error(`an answer lacks ${name}`)
  return found
}

async function findCoins(plyd: PlydProcess): Promise<OpenCoin[]> {
  const found = await plyd.call('scantxoutset', 'start', [`raw(${bytesToHex(OPEN_SCRIPT)})`])
  const unspents = member(found, 'unspents') as readonly JsonObject[]
  return unspents
    .filter((coin) => coin['coinbase'] === false || Number(coin['confirmations']) > 100)
    .map((coin) => ({
      txid: unwrap(decodeDisplayHash<Txid>(String(coin['txid']))),
      index: Number(coin['vout']),
      value: unwrap(parseBtcAmount(coin['amount'] ?? null)),
    }))
}

/** Mines, sends and reorganises until the process is gone. */
async function work(plyd: PlydProcess, random: Random, acknowledged: Acknowledged): Promise<void> {
  const coins = await findCoins(plyd)
  for (;;) {
    const dice = random.next()
    if (dice < 0.5 && coins.length > 0) {
      const [coin] = coins.splice(random.below(coins.length), 1)
      const tx = spendOpenCoins([coin!], 1 + random.below(4), 1000n)
      await plyd.call('sendrawtransaction', bytesToHex(encodeTransaction(tx)))
    } else if (dice < 0.9 || acknowledged.height < 110) {
      const hashes = (await plyd.call('generatetoaddress', 1 + random.below(3), OPEN_ADDRESS)) as readonly string[]
      acknowledged.height += hashes.length
      acknowledged.hash = hashes.at(-1)!
    } else {
      const depth = 1 + random.below(4)
      const connected = member(
        await plyd.call('reorg', depth, depth + 1, OPEN_ADDRESS),
        'connected',
      ) as readonly string[]
      acknowledged.height += 1
      acknowledged.hash = connected.at(-1)!
      // Their coins may be gone with the blocks.
      coins.length = 0
    }
  }
}

/** The chain that plyd shows is whole, holds what was acknowledged, and its coins are those of a replay from genesis. */
async function checkState(plyd: PlydProcess, acknowledged: Acknowledged): Promise<void> {
  const height = Number(await plyd.call('getblockcount'))
  if (height < acknowledged.height) throw new Error(`height ${height} after ${acknowledged.height} was acknowledged`)
  if (height === acknowledged.height && acknowledged.hash !== '') {
    const best = await plyd.call('getbestblockhash')
    if (best !== acknowledged.hash) throw new Error(`tip ${String(best)} after ${acknowledged.hash} was acknowledged`)
  }
  const heights = Array.from({ length: height }, (_, i) => i + 1)
  const hashes = await plyd.client.batch(heights.map((at) => ({ method: 'getblockhash', params: [at] })))
  const blocks = await plyd.client.batch(
    hashes.map((reply) => ({ method: 'getblock', params: [reply.ok ? String(reply.result) : '', 0] })),
  )
  const replay = new Replay(REGTEST)
  for (const block of blocks) {
    if (!block.ok) throw block.error
    replay.connect(unwrap(decodeBlock(hexToBytes(String(block.result)))))
  }
  const info = await plyd.call('gettxoutsetinfo')
  const [shown, expected] = [member(info, 'hash_serialized_3'), replay.hashCoins()]
  if (shown !== expected) throw new Error(`coins ${String(shown)} at height ${height}, a replay gives ${expected}`)
  acknowledged.height = height
  acknowledged.hash = String(await plyd.call('getbestblockhash'))
}

/** Kills plyd again and again under work and checks each time that nothing acknowledged is lost. */
export async function runKillTest({ kills, seed, maxLife = 250, log }: KillTestOptions): Promise<void> {
  const random = createRandom(seed)
  const folder = await mkdtemp(join(tmpdir(), 'ply-kill-'))
  const acknowledged: Acknowledged = { height: 0, hash: '' }
  let plyd: PlydProcess | undefined
  try {
    for (let kill = 0; kill <= kills; kill++) {
      plyd = await PlydProcess.start({ folder, args: ['--automine', 'off'] })
      await checkState(plyd, acknowledged)
      if (kill === kills) break
      if (kill === 0) {
        const hashes = (await plyd.call('generatetoaddress', 120, OPEN_ADDRESS)) as readonly string[]
        Object.assign(acknowledged, { height: 120, hash: hashes.at(-1)! })
      }
      const life = random.below(maxLife)
      const killed = new Promise<void>((resolve) => setTimeout(resolve, life)).then(() => plyd?.kill())
      await work(plyd, random, acknowledged).catch((error: unknown) => {
        // The connection breaks when the process dies; anything else is a finding.
        if (!(error instanceof RpcConnectionError)) throw error
      })
      await killed
      log?.(`kill ${kill + 1} of ${kills} after ${life} ms at height ${acknowledged.height}`)
    }
    const code = await plyd?.stop()
    if (code !== 0) throw new Error(`plyd ended with ${code} after a clean stop`)
  } finally {
    await plyd?.kill()
    await rm(folder, { recursive: true, force: true })
  }
}
