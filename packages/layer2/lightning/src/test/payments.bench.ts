import { bench, describe } from 'vitest'
import { SimNetwork } from './simNetwork.ts'

const net = new SimNetwork(1)
const [a, b] = [net.add('alice'), net.add('bob')]
net.open(a, b, 10_000_000n, 5_000_000_000n)
let turn = 0

describe('payments over one channel, invoice to preimage, both nodes', () => {
  bench('one payment', () => {
    const [payer, payee] = turn++ % 2 === 0 ? [a, b] : [b, a]
    const { invoice } = net.ask(payee, { type: 'create-invoice', description: '', amountMsat: 1_000_000n })
    net.ask(payer, { type: 'pay-invoice', invoice })
  })
})
