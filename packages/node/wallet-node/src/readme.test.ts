import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLayer1Methods } from '@ply/layer1-node'
import { createRpcTable, type Json, type RawNumber } from '@ply/rpc'
import { createWalletMethods, WalletHost } from '@ply/wallet-node'
import { TestWallets } from './test/testWallets.ts'

const stop = (): void => undefined

test('the example of the README', async () => {
  const started = await TestWallets.start()
  const { node, folder } = started

  const wallets = new WalletHost({ node, directory: join(folder, 'wallets'), options: { keypool: 10 } })
  const table = createRpcTable([...createLayer1Methods(node, { stop }), ...createWalletMethods(wallets)])
  const call = (method: string, ...params: Json[]) => table.call(method, params, { path: '/wallet/mine' })

  await call('createwallet', 'mine')
  await call('generatetoaddress', 101, String(await call('getnewaddress')))
  const txid = await call('sendtoaddress', 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', 1.5)
  const { fee } = (await call('gettransaction', String(txid))) as { readonly fee: RawNumber }
  console.log(fee.text, await call('getbalances'))
  await wallets.stop()

  expect(Number(fee.text)).toBeLessThan(0)
  await started.remove()
})
