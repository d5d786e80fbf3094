import { BindError, dataFolder, IndexDataError, lockDataFolder, RebuildError, SnapshotError } from '@ply/layer1-node'
import { formatBtc, COIN } from '@ply/primitives'
import { startInBackground, tellReady } from './daemon.ts'
import { parseOptions, type PlydOptions } from './options.ts'
import { Plyd } from './plyd.ts'
import { createProgressDisplay } from './progress.ts'

/** Signals closer together than this are one. */
const SAME_WISH_MS = 1000
const START_GRACE_MS = 5000

function printBanner(plyd: Plyd): void {
  const { rpc, cookie, p2p, esplora, lightning } = plyd.addresses()
  const lines: string[] = []
  if (plyd.accounts.length > 0) {
    lines.push(
      `Accounts (${formatBtc(50n * COIN).replace(/\.0+$/, '')} BTC each), m/84'/1'/0'/0/n of "${plyd.options.mnemonic}"`,
    )
    plyd.accounts.forEach(({ address, wif }, i) => lines.push(`  ${String(i).padStart(2)}  ${address}  ${wif}`))
    lines.push('')
  }
  lines.push(`Network    ${plyd.options.network.name}, height ${plyd.node.chain.tip.height}`)
  lines.push(`Data       ${plyd.directory}${plyd.options.directory === undefined ? ' (temporary)' : ''}`)
  lines.push(`RPC        ${rpc}`)
  lines.push(`Cookie     ${cookie}`)
  if (p2p !== null) lines.push(`Peers      ${p2p}`)
  if (esplora !== undefined) lines.push(`Esplora    ${esplora}`)
  for (const { name, id, address } of lightning) lines.push(`Lightning  ${name}  ${id}@${address}`)
  lines.push('', 'Ready.')
  process.stdout.write(lines.join('\n') + '\n')
}

function fail(message: string): never {
  process.stderr.write(`Error: ${message}\n`)
  process.exit(1)
}

/** The words of an error that ends the process. What a rebuild may mend is said without the mark, as bitcoind says it. */
function failWith(error: unknown, asBitcoind: boolean): never {
  if (error instanceof IndexDataError) {
    process.stderr.write(`Error: ${error.message}\n`)
    return fail(fatalWords('Failed to start indexes, shutting down…'))
  }
  if (error instanceof SnapshotError) return fail(fatalWords(error.message))
  if (!(error instanceof RebuildError)) return fail(explain(error, asBitcoind))
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

const fatalWords = (reason: string): string => `A fatal internal error occurred, see debug.log for details: ${reason}`

/** Who starts a bitcoind hears its words; who plays, what to do. */
function explain(error: unknown, asBitcoind = false): string {
  if (error instanceof BindError) {
    const giveUp = 'Error: Failed to listen on any port. Use -listen=0 if you want this.'
    return asBitcoind ? `${error.message}\n${giveUp}` : explain(error.cause)
  }
  const { code, message, port } = error as NodeJS.ErrnoException & { readonly port?: number }
  if (code === 'EADDRINUSE') return `port ${port} is in use: choose another one, or 0 for any free one`
  return message
}

// What lies in the data directory is nobody else's business: as Bitcoin Core does.
process.umask(0o077)
const parsed = parseOptions(process.argv.slice(2))
if (!parsed.ok) {
  fail(parsed.error)
} else {
  const command = parsed.value
  if (command.type === 'run') await run(command.options)
  else process.stdout.write(command.text)
}

/** Says it here where another process has the data directory: nobody sees what the one in the background says. */
async function probeDataFolder({ directory, network, bitcoind }: PlydOptions): Promise<void> {
  if (directory === undefined) return
  const unlock = await lockDataFolder(dataFolder(directory, network.name, bitcoind?.storage.blocksDirectory))
  await unlock()
}

async function run(options: PlydOptions): Promise<void> {
  const background = options.bitcoind?.background
  if (background) {
    await probeDataFolder(options).catch((error: unknown) => failWith(error, true))
    process.stdout.write('Ply starting\n')
    process.exit(await startInBackground(process.argv.slice(2), background === 'ready'))
  }
  let plyd: Plyd | undefined
  let stoppingSince: number | undefined
  const stop = (): void => {
    if (stoppingSince !== undefined) {
      // Who asks twice does not want to wait. But a terminal and a launcher such as npx both pass on one Ctrl-C.
      if (performance.now() - stoppingSince > SAME_WISH_MS) process.exit(1)
      return
    }
    stoppingSince = performance.now()
    // While it starts, it stops when it has started, and leaves nothing behind; but nobody is kept waiting for long.
    if (plyd) void plyd.stop().finally(() => process.exit(0))
    else setTimeout(() => process.exit(0), START_GRACE_MS).unref()
  }
  const failed = (error: unknown): void => {
    fail(fatalWords(explain(error)))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('SIGHUP', () => plyd?.logger.reopen())
  process.on('uncaughtException', failed)
  process.on('unhandledRejection', failed)
  const { stderr } = process
  const progress = createProgressDisplay({
    write: (text) => void stderr.write(text),
    isTTY: stderr.isTTY,
    now: () => performance.now(),
  })
  try {
    // The answer to the call that stops us goes out first.
    plyd = await Plyd.start(options, { stopRequested: () => setImmediate(stop), failed, progress })
  } catch (error) {
    failWith(error, options.bitcoind !== undefined)
  }
  if (stoppingSince === undefined) {
    if (options.bitcoind === undefined) printBanner(plyd)
    tellReady()
  } else void plyd.stop().finally(() => process.exit(0))
}
