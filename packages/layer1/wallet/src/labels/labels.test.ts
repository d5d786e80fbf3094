import { unwrap } from '@ply/bytes'
import { computeTxid } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { createState, FakeChain, output } from '../test/fakeChain.ts'
import { exportLabels, importLabels, MAX_LABEL_LENGTH } from './labels.ts'

function labelled() {
  const chain = new FakeChain()
  const state = createState()
  const block = chain.mine([], [output(5000, state.nextAddress().scriptPubKey)])
  chain.sync(state)
  const txid = computeTxid(block.transactions[0]!)
  state.setLabel(txid, 'Rent "May" \u00e9')
  state.setLocked({ txid, index: 0 }, true)
  return { state, chain, txid }
}

test('names and locks go to a file and come back', () => {
  const { state, chain, txid } = labelled()
  const text = exportLabels(state)
  expect(text.split('\n')).toHaveLength(3)
  const other = createState()
  chain.sync(other)
  expect(unwrap(importLabels(other, text))).toEqual({ taken: 2, left: 0 })
  expect(other.label(txid)).toBe('Rent "May" \u00e9')
  expect(other.coins()[0]!.locked).toBe(true)
  expect(exportLabels(other)).toBe(text)
})

test("BIP 329's examples are read, records of other types left", () => {
  const state = createState()
  const id = 'f91d0a8a78462bc59398f2c5d7a84fcff491c26ba54c4833478b202796c8aafd'
  const text = [
    `{"type":"tx","ref":"${id}","label":"Transaction","origin":"wpkh([d34db33f/84'/0'/0'])"}`,
    '{"type":"addr","ref":"bc1q34aq5drpuwy3wgl9lhup9892qp6svr8ldzyy7c","label":"Address"}',
    `{"type":"input","ref":"${id}:0","label":"Input"}`,
    `{"type":"output","ref":"${id}:1","label":"Output","spendable":false}`,
    '{"type":"xpub","ref":"xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8Nq","label":"Extended Public Key"}',
    `{"type":"tx","ref":"${'00'.repeat(32)}","label":"${'x'.repeat(300)}"}`,
    '',
  ].join('\r\n')
  expect(unwrap(importLabels(state, text))).toEqual({ taken: 3, left: 3 })
  const exported = exportLabels(state)
  expect(exported).toContain(`{"type":"tx","ref":"${id}","label":"Transaction"}`)
  expect(exported).toContain(`{"type":"output","ref":"${id}:1","spendable":false}`)
  expect(exported).toContain(`"${'x'.repeat(MAX_LABEL_LENGTH)}"`)
})

test('a bad line is refused by its number and changes nothing', () => {
  const { state } = labelled()
  const before = exportLabels(state)
  const good = `{"type":"tx","ref":"${'11'.repeat(32)}","label":"new"}`
  for (const bad of ['{', '[]', '1', '{"type":"tx"}', '{"type":"tx","ref":"00"}', '{"type":"output","ref":"00:1"}']) {
    const result = importLabels(state, `${good}\n${bad}\n`)
    expect(result.ok ? 'read' : result.error.message).toMatch(/^line 2: /)
  }
  const random = createRandom(329)
  for (let run = 0; run < 300; run++) {
    const at = random.below(before.length)
    const result = importLabels(
      state,
      before.slice(0, at) + random.pick(['{', '"', '\n', ':', '0', '']) + before.slice(at + random.below(4)),
    )
    if (!result.ok) expect(result.error.code).toBe('bad-labels')
  }
})
