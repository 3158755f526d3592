import { Global, Module } from '@nestjs/common';
import { LiveEpochs } from './live-epochs.js';

/** Apart from LiveModule, because modules that LiveModule imports ask it. */
@Global()
@Module({ providers: [LiveEpochs], exports: [LiveEpochs] })
export class LiveEpochsModule {}
