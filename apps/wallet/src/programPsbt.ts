import type { Command } from 'commander'
import { examples, type Run } from './help.ts'

const PSBT_ARGUMENT = "base64 or hexadecimal, or '-' for stdin"

/** `ply psbt …`: partially signed transactions (BIP 174, 370, 371). */
export function addPsbtCommands(program: Command, run: Run): void {
  const psbt = program
    .command('psbt')
    .description('make, sign, combine and send partially signed transactions')
    .addHelpText('after', examples('ply psbt create bcrt1q... 0.1btc', 'ply psbt sign - < payment.psbt'))
  psbt
    .command('create')
    .description('a payment of the wallet, unsigned')
    .argument('<destination>', 'an address or a bitcoin: URI')
    .argument('[amount]', '5000sat, 0.1btc or all')
    .option('--fee <rate>', 'such as 2sat/vB; the node is asked if missing')
    .option('--coins <coins>', 'spend only these, txid:index with commas between')
    .option('--psbt-version <version>', '0 or 2', '0')
    .addHelpText(
      'after',
      examples('ply psbt create bcrt1q... 0.1btc --fee 2sat/vB', 'ply psbt create bcrt1q... all --psbt-version 2'),
    )
    .action((destination: string, amount: string | undefined, options: { psbtVersion: string }, command: Command) =>
      run(command, async (session) =>
        (await import('./command/psbt.ts')).create(session, destination, amount, options),
      ),
    )
  psbt
    .command('sign')
    .description("sign the wallet's inputs, also those that it shares with others")
    .argument('<psbt>', PSBT_ARGUMENT)
    .addHelpText('after', examples('ply psbt sign cHNidP8B...', 'ply psbt sign - < payment.psbt > signed.psbt'))
    .action((text: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/psbt.ts')).sign(session, text)),
    )
  psbt
    .command('combine')
    .description('put the signatures of several into one')
    .argument('<psbts...>', PSBT_ARGUMENT)
    .addHelpText('after', examples('ply psbt combine cHNidP8B... cHNidP8B...'))
    .action((texts: string[], _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/psbt.ts')).combine(session, texts)),
    )
  psbt
    .command('finalize')
    .description('make the transaction, if all signatures are there')
    .argument('<psbt>', PSBT_ARGUMENT)
    .addHelpText('after', examples('ply psbt finalize cHNidP8B... --json'))
    .action((text: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/psbt.ts')).finalize(session, text)),
    )
  psbt
    .command('decode')
    .description('show what is in it')
    .argument('<psbt>', PSBT_ARGUMENT)
    .addHelpText('after', examples('ply psbt decode cHNidP8B...', 'ply psbt decode - --json < payment.psbt'))
    .action((text: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/psbt.ts')).decode(session, text)),
    )
  psbt
    .command('convert')
    .description('write it in the other version')
    .argument('<psbt>', PSBT_ARGUMENT)
    .requiredOption('--to <version>', '0 (BIP 174) or 2 (BIP 370)')
    .addHelpText('after', examples('ply psbt convert cHNidP8B... --to 2'))
    .action((text: string, options: { to: string }, command: Command) =>
      run(command, async (session) => (await import('./command/psbt.ts')).convert(session, text, options)),
    )
  psbt
    .command('send')
    .description('finalize and send it')
    .argument('<psbt>', PSBT_ARGUMENT)
    .addHelpText('after', examples('ply psbt send cHNidP8B...', 'ply psbt send - --yes < signed.psbt'))
    .action((text: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/psbt.ts')).send(session, text)),
    )
}

/** `ply labels …`: names of transactions, in the form that other wallets read (BIP 329). */
export function addLabelCommands(program: Command, run: Run): void {
  const labels = program
    .command('labels')
    .description('name transactions; take names to another wallet')
    .addHelpText('after', examples('ply labels export > labels.jsonl', 'ply labels import < labels.jsonl'))
  labels
    .command('export')
    .description('print names and locked coins (BIP 329)')
    .addHelpText('after', examples('ply labels export > labels.jsonl'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/labels.ts')).exportAll(session)),
    )
  labels
    .command('import')
    .description('read them from stdin')
    .addHelpText('after', examples('ply labels import < labels.jsonl'))
    .action((_options: object, command: Command) =>
      run(command, async (session) => (await import('./command/labels.ts')).importAll(session)),
    )
  labels
    .command('set')
    .description('name a transaction')
    .argument('<txid>')
    .argument('<label>', 'the empty text takes the name away')
    .addHelpText('after', examples('ply labels set 6f... "rent in May"'))
    .action((txid: string, label: string, _options: object, command: Command) =>
      run(command, async (session) => (await import('./command/labels.ts')).setLabel(session, txid, label)),
    )
}
