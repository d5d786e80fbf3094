import { hashToDisplay, computeTxid } from '@ply/primitives'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { STRANGER, TestWallets } from '../test/testWallets.ts'

const HOUR = 3600
let wallets: TestWallets
let start: number
let announced: string[]
beforeEach(async () => {
  wallets = await TestWallets.start()
  await wallets.fund('a')
  start = Math.floor(wallets.clock.now() / 1000)
  announced = []
  vi.spyOn(wallets.node.peers, 'announce').mockImplementation((tx) => announced.push(hashToDisplay(computeTxid(tx))))
})
afterEach(() => wallets.remove())

const at = (seconds: number) => wallets.clock.setMockTime((start + seconds) * 1000)
const resend = () => wallets.host.get('a')!.resubmission.ifDue()
const emptyBlock = () => wallets.call(undefined, 'generateblock', STRANGER, [])
async function send(): Promise<string> {
  const txid = await wallets.call<string>('a', 'sendtoaddress', STRANGER, 1)
  announced = []
  return txid
}

test('what a block could have had is announced again, after half a day at least and one and a half at most', async () => {
  const txid = await send()
  at(299)
  await emptyBlock()
  at(37 * HOUR)
  await resend()
  // The block came less than five minutes later.
  expect(announced).toEqual([])
  await emptyBlock()
  at(37 * HOUR + 12 * HOUR - 1)
  await resend()
  expect(announced).toEqual([])
  at(37 * HOUR + 36 * HOUR)
  await resend()
  expect(announced).toEqual([txid])
  await resend()
  expect(announced).toEqual([txid])
})

test('what left the mempool comes back, and is sent until a peer asks for it', async () => {
  const txid = await send()
  const { mempool } = wallets.node
  at(301)
  await emptyBlock()
  mempool.mempool.expire(Number.MAX_SAFE_INTEGER)
  expect(await wallets.call(undefined, 'getrawmempool')).toEqual([])
  at(36 * HOUR)
  await resend()
  expect(await wallets.call(undefined, 'getmempoolentry', txid)).toMatchObject({ unbroadcast: true })
})

test('a look is taken every minute', async () => {
  const txid = await send()
  at(301)
  await emptyBlock()
  at(36 * HOUR)
  await wallets.call(undefined, 'mockscheduler', 60)
  await vi.waitFor(() => expect(announced).toEqual([txid]))
})
