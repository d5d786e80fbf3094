import { bench, describe } from 'vitest'
import { installProvider, nobleProvider } from '@ply/crypto'
import { chooseCryptoProvider } from '@ply/runtime'
import { SimNetwork } from './simNetwork.ts'

const net = new SimNetwork(1)
const [a, b] = [net.add('alice'), net.add('bob')]
net.open(a, b, 10_000_000n, 5_000_000_000n)
let turn = 0

function pay(): void {
  const [payer, payee] = turn++ % 2 === 0 ? [a, b] : [b, a]
  const { invoice } = net.ask(payee, { type: 'create-invoice', description: '', amountMsat: 1_000_000n })
  net.ask(payer, { type: 'pay-invoice', invoice })
}

/** Long enough for the compiler of the engine to have seen all of it. */
const warm = { warmupTime: 1500, time: 2000 }

describe('payments over one channel, invoice to preimage, both nodes', () => {
  for (const provider of [chooseCryptoProvider(), nobleProvider]) {
    bench(`one payment with ${provider.name}`, pay, { ...warm, setup: () => void installProvider(provider) })
  }
})
