import type { Command } from 'commander';
import type { DoctorOptions } from '../doctor/doctor.ts';
import { addExamples, type Exit, folderOption, outputOption } from './options.ts';

/** Adds `fleetwright doctor`. */
export function addDoctor(program: Command, exit: Exit): void {
  const command = program.command('doctor').description('look at what a fleet needs around it, and say how to fix what is missing');
  addExamples(command, {
    doctor: 'programs, repository, environments, rendered tree, keys',
    'doctor --env prod --cluster': "and whether kubectl's current cluster has what prod says it has",
  });
  command
    .option('--env <name...>', 'only these environments')
    .option('--cluster', "ask the cluster of kubectl's current context too, reading only; otherwise none is contacted")
    .addOption(folderOption())
    .addOption(outputOption('how the results are shown', ['table', 'json', 'yaml']))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('../doctor/doctor.ts');
      exit(await doctor(options));
    });
}
