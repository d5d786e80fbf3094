// Measures the initial sync of the generated chain from a peer on loopback beside validating the same blocks from disk:
// `pnpm bench sync [--blocks N]`.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChainFile, STANDARD_PLAN } from '@ply/benchchain'
import { ByteWriter } from '@ply/bytes'
import { encodeBlock, REGTEST } from '@ply/primitives'
import { PlydProcess } from './plydProcess.ts'

const DEFAULT_BLOCKS = 40
const FOREVER = 0

/** Block files without an index, as an operator copies them. */
function writeBlockFile(folder: string, chainFile: string): void {
  const blocks = join(folder, 'data/regtest/blocks')
  mkdirSync(blocks, { recursive: true })
  const genesis = encodeBlock(REGTEST.genesis)
  const first = new ByteWriter().bytes(REGTEST.magic).u32(genesis.length).bytes(genesis).finish()
  writeFileSync(join(blocks, 'blk00000.dat'), Buffer.concat([first, readFileSync(chainFile)]))
}

const seconds = async (task: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now()
  await task()
  return (performance.now() - begun) / 1000
}

async function main(): Promise<void> {
  const at = process.argv.indexOf('--blocks')
  const blocks = at < 0 ? DEFAULT_BLOCKS : Number(process.argv[at + 1])
  const chainFile = ensureChainFile({ ...STANDARD_PLAN, blocks })
  const folder = mkdtempSync(join(tmpdir(), 'ply-sync-'))
  const running: PlydProcess[] = []
  const start = async (name: string, ...args: string[]): Promise<PlydProcess> => {
    const plyd = await PlydProcess.start({ folder: join(folder, name), args })
    running.push(plyd)
    return plyd
  }
  try {
    const empty = await seconds(async () => (await start('empty')).stop())
    writeBlockFile(join(folder, 'source'), chainFile)
    let source!: PlydProcess
    const disk = (await seconds(async () => (source = await start('source', '--reindex')))) - empty
    const tip = String(await source.call('getbestblockhash'))
    const height = Number(await source.call('getblockcount'))
    const follower = await start('follower')
    const peer = await seconds(async () => {
      await follower.call('addnode', source.p2pAddress, 'onetry')
      await follower.call('waitforblock', tip, FOREVER)
    })
    console.log(`sync of ${height} blocks: from disk ${disk.toFixed(2)} s, from a peer ${peer.toFixed(2)} s`)
    console.log(`  a peer takes ${(peer / disk).toFixed(2)} times as long (goal: 1.3)`)
  } finally {
    for (const plyd of running) await plyd.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
