import { expect, it } from 'vitest'
import { encodeTransaction } from '@ply/primitives'
import { spend, TestChain } from './test/testChain.ts'
import { LinkedHeader, CoinsOverlay } from '@ply/consensus'
import { Mempool } from '@ply/mempool'
import { decodeTransaction, REGTEST } from '@ply/primitives'
import { STANDARD_SCRIPT_VERIFY_FLAGS } from '@ply/script'

const payment = encodeTransaction(spend([new TestChain(1).mint()]))

const pool = new Mempool({ minRelayFeeRate: 1000n })
const tip = new LinkedHeader(REGTEST.genesis.header, undefined)
const coins = new CoinsOverlay({ get: () => undefined })
const tx = decodeTransaction(payment)
const context = { coins, tip, blockFlags: STANDARD_SCRIPT_VERIFY_FLAGS, now: 1_700_000_000 }
const result = tx.ok ? pool.accept(tx.value, context) : tx

it('does what the README shows', () => {
  expect(result).toMatchObject({ ok: false, error: { reason: 'bad-txns-inputs-missingorspent' } })
})
