// How long mining empty regtest blocks takes in one call, beside a bitcoind if its path is given: --bitcoind PATH.
import { daemons, median } from './daemons/daemons.mjs'

const ROUNDS = 5
const ADDRESS = 'bcrt1qft5p2uhsdcdc3l2ua4ap5qqfg4pjaqlp250x7us7a8qqhrxrxfsqseac85'
const STEPS = [
  ['101 blocks on a fresh chain', 101],
  ['1000 blocks in one call', 1000],
  ['1000 more', 1000],
]

async function measure(start) {
  const daemon = await start()
  try {
    const times = []
    for (const [, count] of STEPS) {
      const began = performance.now()
      await daemon.call('generatetoaddress', count, ADDRESS)
      times.push(performance.now() - began)
    }
    return { name: daemon.name, times }
  } finally {
    await daemon.stop()
  }
}

const results = []
for (const start of daemons()) {
  await measure(start)
  const rounds = []
  for (let i = 0; i < ROUNDS; i++) rounds.push(await measure(start))
  results.push({
    name: rounds[0].name,
    medians: STEPS.map((_, step) => median(rounds.map(({ times }) => times[step]))),
  })
}
STEPS.forEach(([title], step) => {
  const [own, ...others] = results.map(({ name, medians }) => ({ name, ms: medians[step] }))
  const ratios = others.map(({ name, ms }) => `, ${name} ${ms.toFixed(0)} ms (${(own.ms / ms).toFixed(2)}×)`)
  console.log(`${title}: ${own.name} ${own.ms.toFixed(0)} ms${ratios.join('')}`)
})
