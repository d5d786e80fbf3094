import { createRandom, mutateText, SeededEntropy } from '@ply/testkit'
import { computeTxid } from '@ply/primitives'
import { expect, test } from 'vitest'
import { exportLabels, importLabels } from '../labels/labels.ts'
import { openSeed, parseSeedEnvelope, sealSeed } from '../seed/seedEnvelope.ts'
import { createState, FakeChain, output } from '../test/fakeChain.ts'
import { loadWalletState, saveWalletState } from './savedState.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 400)
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  'null',
  'true',
  '-1',
  '1e400',
  '0',
  '00',
  '__proto__',
  '\\u0000',
  '\n',
]

const chain = new FakeChain()
const state = createState()
const block = chain.mine([], [output(5000, state.nextAddress().scriptPubKey)])
chain.sync(state)
const txid = computeTxid(block.transactions[0]!)
state.setLabel(txid, 'Rent')
state.setLocked({ txid, index: 0 }, true)

/** The text as JSON; undefined where it is none, which the reader of the file refuses before us. */
function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

test('saved wallets of any JSON are read, or refused by name', () => {
  const random = createRandom(1)
  const seed = JSON.stringify(saveWalletState(state))
  for (let run = 0; run < RUNS; run++) {
    const value = json(mutateText(random, [seed], PIECES))
    const loaded = loadWalletState(value)
    if (loaded.ok) expect(loadWalletState(saveWalletState(loaded.value)).ok).toBe(true)
    else expect(loaded.error.code).toMatch(/^[a-z-]+$/)
  }
})

test('labels of any text (BIP 329) are taken, or refused by the line, and nothing changed then', () => {
  const random = createRandom(329)
  const seed = exportLabels(state)
  const other = createState()
  chain.sync(other)
  for (let run = 0; run < RUNS; run++) {
    const before = exportLabels(other)
    const taken = importLabels(other, mutateText(random, [seed], PIECES))
    if (taken.ok) continue
    expect(taken.error.code).toBe('bad-labels')
    expect(exportLabels(other)).toBe(before)
  }
})

test('seed files of any JSON are opened, or refused by name, and none may cost what it likes', () => {
  const random = createRandom(39)
  const cheap = { N: 2, r: 1, p: 1 }
  const sealed = sealSeed(new Uint8Array(16).fill(5), 'secret', { entropy: new SeededEntropy(1), cost: cheap })
  for (let run = 0; run < RUNS; run++) {
    const parsed = parseSeedEnvelope(json(mutateText(random, [JSON.stringify(sealed)], PIECES)))
    if (!parsed.ok) expect(parsed.error.code).toMatch(/^(bad-seed-envelope|unknown-version|kdf-too-expensive)$/)
    else if (parsed.value.kdf.N <= 1024) expect(typeof openSeed(parsed.value, 'secret').ok).toBe('boolean')
  }
  const greedy = { ...sealed, kdf: { ...sealed.kdf, N: 2 ** 30, r: 1024, p: 1024 } }
  expect(parseSeedEnvelope(greedy).ok).toBe(false)
})
