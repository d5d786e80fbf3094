import { Command } from 'commander'
import { examples, type Run } from './help.ts'
import type { Io } from './io.ts'
import { type RawOptions, resolveOptions } from './options.ts'
import { addLightningCommands } from './programLightning.ts'
import { addLabelCommands, addPsbtCommands } from './programPsbt.ts'

const FOOTER = `
Amounts need a unit: 5000sat, 0.1btc, 1500msat (Lightning), all. Fee rates: 2sat/vB.
Secrets come from a prompt, from stdin or from the environment (PLY_PASSPHRASE, PLY_MNEMONIC), never from arguments.

Exit codes: 0 done, 1 refused, 2 no node answers, 3 wrong usage, 4 payment failed, 5 timeout, 130 interrupted.

First steps on regtest, with plyd running:
  ply create --no-passphrase
  ply mine 101
  ply balance
  ply send bcrt1q... 0.1btc`

function addGlobalOptions(program: Command): void {
  program
    .option('--datadir <folder>', 'where wallets lie (PLY_DATADIR, default ~/.ply)')
    .option('--wallet <name>', 'which wallet (PLY_WALLET, default "default")')
    .option('--network <name>', 'main, testnet4, signet or regtest (PLY_NETWORK, default regtest)')
    .option('--rpc <url>', "the node's RPC (PLY_RPC, default http://127.0.0.1 and the network's port)")
    .option('--node-datadir <folder>', 'where the node keeps its cookie (PLYD_DATADIR, default ~/.plyd)')
    .option('--node <name>', 'which Lightning node (PLY_NODE; needed if several run)')
    .option('--json', 'print one JSON value')
    .option('-y, --yes', 'do not ask')
    .option('--no-passphrase', 'the wallet has no passphrase')
    .option('--passphrase-stdin', 'read the passphrase from the first line of stdin')
    .option('--mnemonic-stdin', 'read the recovery words from stdin (behind the passphrase, if that is there too)')
}

function addWalletCommands(program: Command, run: Run): void {
  program
    .command('create')
    .description('make a new wallet and show its recovery words')
    .option('--words <count>', '12 or 24', '12')
    .addHelpText(
      'after',
      examples('ply create', 'ply create --wallet savings --words 24', 'ply create --no-passphrase --json'),
    )
    .action((options: { words: string }, command: Command) =>
      run(command, async (session) => (await import('./command/create.ts')).create(session, options)),
    )
  program
    .command('restore')
    .description('make a wallet again from its recovery words')
    .option('--birthday <when>', 'look for coins from this height or date on', '0')
    .addHelpText(
      'after',
      examples(
        'ply restore',
        'ply restore --wallet old --birthday 800000',
        'ply restore --wallet old --birthday 2024-05-31',
        'ply restore --mnemonic-stdin --no-passphrase < words.txt',
      ),
    )
    .action((options: { birthday: string }, command: Command) =>
      run(command, async (session) => (await import('./command/create.ts')).restore(session, options)),
    )
  program
    .command('rescan')
    .description("look for the wallet's coins in the chain again")
    .option('--birthday <when>', 'from this height or date on', '0')
    .addHelpText('after', examples('ply rescan', 'ply rescan --birthday 800000', 'ply rescan --birthday 2024-05-31'))
    .action((options: { birthday: string }, command: Command) =>
      run(command, async (session) => (await import('./command/rescan.ts')).rescan(session, options)),
    )
  program
    .command('receive')
    .description('show an address that was not used yet')
    .argument('[amount]', 'ask for this much')
    .option('--type <type>', 'p2wpkh, p2tr, p2sh-p2wpkh or p2pkh', 'p2wpkh')
    .option('--new', 'one that was never shown before')
    .option('--qr', 'draw it')
    .addHelpText('after', examples('ply receive', 'ply receive 0.001btc --qr', 'ply receive --type p2tr --new --json'))
    .action((amount: string | undefined, options: { type: string; new?: boolean; qr?: boolean }, command: Command) =>
      run(command, async (session) => (await import('./command/receive.ts')).receive(session, amount, options)),
    )
  program
    .command('balance')
    .description('show what the wallet has')
    .addHelpText('after', examples('ply balance', 'ply balance --json', 'ply balance --wallet savings'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/balance.ts')).balance(session)),
    )
  program
    .command('send')
    .description('pay on chain')
    .argument('<destination>', 'an address or a bitcoin: URI')
    .argument('[amount]', '5000sat, 0.1btc or all')
    .option('--fee <rate>', 'such as 2sat/vB; the node is asked if missing')
    .option('--coins <coins>', 'spend only these, txid:index with commas between')
    .option('--label <text>', 'a name for the payment')
    .option('--dry-run', 'show what would be sent')
    .option('--psbt', 'print it unsigned as a PSBT, send nothing')
    .addHelpText(
      'after',
      examples(
        'ply send bcrt1q... 0.1btc',
        'ply send bcrt1q... all --fee 5sat/vB --yes',
        'ply send bcrt1q... 5000sat --dry-run',
      ),
    )
    .action((destination: string, amount: string | undefined, options: object, command: Command) =>
      run(command, async (session) => (await import('./command/send.ts')).send(session, destination, amount, options)),
    )
  program
    .command('bump')
    .description('speed an unconfirmed payment up: replace it, or let a child pay for one that comes in')
    .argument('<txid>')
    .option('--fee <rate>', 'such as 20sat/vB; the node is asked if missing')
    .option('--cpfp', 'let a child pay, also where a replacement could')
    .option('--reduce <output>', 'take the rise from this output (counted from 0), for a payment without change')
    .option('--dry-run', 'show what would be sent')
    .addHelpText(
      'after',
      examples('ply bump 6f... --fee 20sat/vB', 'ply bump 6f... --cpfp', 'ply bump 6f... --dry-run'),
    )
    .action((txid: string, options: object, command: Command) =>
      run(command, async (session) => (await import('./command/bump.ts')).bump(session, txid, options)),
    )
  program
    .command('history')
    .description('list what came and went')
    .option('--limit <count>', 'only the newest', '20')
    .addHelpText('after', examples('ply history', 'ply history --limit 100 --json'))
    .action((options: { limit: string }, command: Command) =>
      run(command, async (session) => (await import('./command/history.ts')).history(session, options)),
    )
  program
    .command('descriptors')
    .description('show the public descriptors, for a watching wallet elsewhere')
    .addHelpText('after', examples('ply descriptors', 'ply descriptors --json'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/descriptors.ts')).descriptors(session)),
    )
  const utxo = program
    .command('utxo')
    .description('list the coins; lock or free one')
    .option('--all', 'also mined ones that cannot be spent yet')
    .addHelpText('after', examples('ply utxo', 'ply utxo --all', 'ply utxo lock 6f...:0', 'ply utxo unlock 6f...:0'))
    .action((options: { all?: boolean }, command: Command) =>
      run(command, async (session) => (await import('./command/utxo.ts')).listCoins(session, options)),
    )
  for (const [name, locked] of [
    ['lock', true],
    ['unlock', false],
  ] as const) {
    utxo
      .command(name)
      .description(locked ? 'keep a coin from being spent' : 'let a coin be spent again')
      .argument('<coin>', 'txid:index')
      .addHelpText('after', examples(`ply utxo ${name} 6f...:0`))
      .action((coin: string, _options: object, command: Command) =>
        run(command, async (session) => (await import('./command/utxo.ts')).lockCoin(session, coin, locked)),
      )
  }
}

function addChainCommands(program: Command, run: Run): void {
  program
    .command('mine')
    .description('mine blocks to the wallet (regtest)')
    .argument('[blocks]', 'how many', '1')
    .option('--to <address>', 'to another address')
    .addHelpText('after', examples('ply mine', 'ply mine 101', 'ply mine 6 --to bcrt1q...'))
    .action((blocks: string, options: { to?: string }, command: Command) =>
      run(command, async (session) => (await import('./command/mine.ts')).mine(session, blocks, options)),
    )
  program
    .command('reorg')
    .description('replace the last blocks by a longer branch (plyd on regtest)')
    .argument('<depth>', 'blocks to take off')
    .option('--length <blocks>', 'blocks to put on; one more than were taken off if missing')
    .option('--to <address>', 'who is paid for the new blocks')
    .addHelpText('after', examples('ply reorg 2', 'ply reorg 3 --length 5'))
    .action((depth: string, options: { length?: string; to?: string }, command: Command) =>
      run(command, async (session) => (await import('./command/mine.ts')).reorg(session, depth, options)),
    )
  program
    .command('block')
    .description('show a block')
    .argument('[block]', "height, hash or 'latest'", 'latest')
    .addHelpText('after', examples('ply block', 'ply block 100', 'ply block latest --json'))
    .action((which: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/block.ts')).block(session, which)),
    )
  program
    .command('tx')
    .description('show a transaction')
    .argument('<txid>')
    .addHelpText('after', examples('ply tx 6f...', 'ply tx 6f... --json'))
    .action((txid: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/tx.ts')).transaction(session, txid)),
    )
  program
    .command('decode')
    .description('say what something is: address, invoice, transaction, block, PSBT, script, key')
    .argument('<text>', "or '-' for stdin")
    .addHelpText('after', examples('ply decode lnbcrt...', 'ply decode cHNidP8B...', 'ply decode - < tx.hex'))
    .action((text: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/decode.ts')).decode(session, text)),
    )
}

/** The whole command line. */
export function createProgram(io: Io): Command {
  const program = new Command('ply')
  program
    .description('A wallet for Bitcoin and Lightning that talks to plyd, or to any node with Bitcoin Core’s RPC.')
    .version('0.1.0')
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .addHelpText('after', FOOTER)
  addGlobalOptions(program)

  const run: Run = async (command, task) => {
    const options = resolveOptions(command.optsWithGlobals<RawOptions>(), io.env)
    const { createSession } = await import('./session.ts')
    await task(createSession(io, options))
  }
  addWalletCommands(program, run)
  addChainCommands(program, run)
  addPsbtCommands(program, run)
  addLabelCommands(program, run)
  addLightningCommands(program, run)
  return program
}
