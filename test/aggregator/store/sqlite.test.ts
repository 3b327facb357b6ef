import t from 'tap';
import { temporaryStore } from '../sample.ts';
import { storeContract } from './contract.ts';

storeContract(t, t => Promise.resolve(temporaryStore(t)));
