import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PlydProcess } from './test/plydProcess.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const README = readFileSync(join(root, 'README.md'), 'utf8')
const PLY = join(root, 'apps/wallet/bin/ply.js')

/** The shell blocks of the tour, in order. */
function tourBlocks(): string[] {
  const start = README.indexOf('## A tour by hand')
  const tour = README.slice(start, README.indexOf('## For programs', start))
  return [...tour.matchAll(/```sh\n([^]*?)```/g)].map((match) => match[1]!.trim())
}

let folder: string
let plyd: PlydProcess | undefined
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ply-tour-'))
  symlinkSync('data', join(folder, 'mychain'))
})
afterAll(async () => {
  await plyd?.kill()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a block in a shell as its reader would, and returns what it printed; rejects where a command fails. */
function runBlock(block: string, exports: readonly string[]): Promise<string> {
  const npx = `npx() { [ "$1" = ply ] || exit 99; shift; '${process.execPath}' '${PLY}' "$@"; }`
  const script = ['set -euo pipefail', npx, ...exports, block].join('\n')
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], PLY_RPC: plyd!.rpcUrl }
    const child = spawn('bash', ['-c', script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve(stdout.replaceAll('\u202f', ' '))
        : reject(new Error(`exit code ${code} of\n${block}\n${stdout}\n${stderr}`)),
    )
  })
}

test("the README's tour can be walked, and says what it does", async () => {
  const exports: string[] = []
  const printed: string[] = []
  for (const block of tourBlocks()) {
    const started = /^npx plyd --datadir \.\/mychain(.*)$/.exec(block)
    if (started) {
      await plyd?.stop()
      plyd = await PlydProcess.start({ folder, args: started[1]!.trim().split(/ +/).filter(Boolean) })
      continue
    }
    printed.push(await runBlock(block, exports))
    exports.push(...block.split('\n').filter((line) => line.startsWith('export ')))
  }
  const [wallet, restored, lightning] = printed
  expect(printed).toHaveLength(3)
  expect(wallet).toMatch(/^spendable 5 000 000 000 sat, immature 500 000 000 000 sat$/m)
  expect(wallet).toMatch(/^confirmations +none, in the mempool$/m)
  expect(wallet).toMatch(/^replaces +[0-9a-f]{64}$/m)
  expect(wallet).toMatch(/^confirmed +75 000 000 sat +0\.75000000 BTC$/m)
  expect(wallet).toContain('2 blocks off, 3 on')
  expect(wallet).toMatch(/^.* sent .* 1 +[0-9a-f]{64} +rent$/m)
  expect(wallet).toContain('witness_v1_taproot')
  expect(restored).toMatch(/^looked at the blocks 0 to \d+: 0 transactions, 0 sat$/m)
  expect(lightning).toMatch(/100 000 sat/)
})

test('it shows every command of the wallet that works on chain', () => {
  const tour = tourBlocks().join('\n')
  for (const command of 'create restore rescan receive balance send bump history utxo mine reorg block tx decode'.split(
    ' ',
  )) {
    expect(tour).toContain(`npx ply ${command}`)
  }
})
