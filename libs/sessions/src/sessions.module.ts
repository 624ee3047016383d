import { type FactoryProvider, Global, Module } from '@nestjs/common';
import { RoomClient } from '#chat';
import {
  KeyRing,
  KeyService,
  LocalTokens,
  PrivateKeys,
  PublicKeyClient,
  PublicKeyRepository,
  StageClient,
  TokenSigner,
} from '#ivs';
import { Epoch, LiveLog, LogReader, LogTrimmer } from '#live';
import { AwsClients, Bus, Clock, Config, Database, Ids, JobQueues, LOGGER, type Logger, WorkTable } from '#platform';
import { ResourceDirectory } from './control-plane/resource.directory.js';
import { ResourceRepository } from './control-plane/resource.repository.js';
import { RoomControlService } from './control-plane/room-control.service.js';
import { StageControlService } from './control-plane/stage-control.service.js';
import { EndService } from './ending/end.service.js';
import { TeardownService } from './ending/teardown.service.js';
import { DrainService } from './ingest/drain.service.js';
import { DrainWaker } from './ingest/drain.waker.js';
import { InboxRepository } from './ingest/inbox.repository.js';
import { InboxWriter } from './ingest/inbox.writer.js';
import { IngestService } from './ingest/ingest.service.js';
import { ObserveService } from './observing/observe.service.js';
import { DisconnectService } from './participants/disconnect.service.js';
import { OfferRepository } from './roles/offer.repository.js';
import { RoleEnforcement } from './roles/role.enforcement.js';
import { RoleService } from './roles/role.service.js';
import { RoleWatch } from './roles/role.watch.js';
import { TokenOffers } from './roles/token-offers.js';
import { Installation } from './sessions/installation.js';
import { JoinService } from './sessions/join.service.js';
import { SessionRepository } from './sessions/session.repository.js';
import { SessionService } from './sessions/session.service.js';
import { HandService } from './stage-door/hand.service.js';
import { InvitationService } from './stage-door/invitation.service.js';
import { lobbySnapshotSource, sessionSnapshotSource } from './state/session.snapshot.js';
import { StateRepository } from './state/state.repository.js';
import { RenewService } from './tokens/renew.service.js';
import { StageEndpoints } from './tokens/stage-endpoints.js';
import { StageTokens } from './tokens/stage-tokens.js';
import { TokenRepository } from './tokens/token.repository.js';
import { TokenIssuer } from './tokens/token-issuer.js';
import { RetentionService } from './upkeep/retention.service.js';
import { OperationService } from './work/operation.service.js';

type Class<T> = abstract new (...args: never[]) => T;
type Instances<C> = { [K in keyof C]: C[K] extends Class<infer T> ? T : Logger };

/** The libraries know no framework: this is where their constructors meet Nest's container. */
function provide<T, const C extends readonly (Class<unknown> | symbol)[]>(
  token: Class<T>,
  inject: C,
  make: (...instances: Instances<C>) => T,
): FactoryProvider<T> {
  return {
    provide: token,
    inject: [...inject],
    useFactory: make as (...instances: unknown[]) => T,
  } as FactoryProvider<T>;
}

const live = [
  provide(Epoch, [Database, Bus], (database, bus) => new Epoch(database, bus)),
  provide(
    LiveLog,
    [Database, Epoch, Bus, Clock],
    (database, epoch, bus, clock) => new LiveLog(database, epoch, bus, clock),
  ),
  provide(
    LogReader,
    [Database, Epoch],
    (database, epoch) => new LogReader(database, epoch, [sessionSnapshotSource, lobbySnapshotSource]),
  ),
  provide(LogTrimmer, [Database, Clock], (database, clock) => new LogTrimmer(database, clock)),
];

const ingest = [
  provide(InboxRepository, [Database, Clock], (database, clock) => new InboxRepository(database, clock)),
  provide(InboxWriter, [InboxRepository, LOGGER], (inbox, logger) => new InboxWriter(inbox, logger)),
  provide(DrainWaker, [JobQueues], (jobs) => new DrainWaker(jobs)),
  provide(
    IngestService,
    [InboxWriter, DrainWaker, Clock, Ids],
    (writer, waker, clock, ids) => new IngestService(writer, waker, clock, ids),
  ),
  provide(
    DrainService,
    [LiveLog, InboxRepository, StateRepository, WorkTable, JobQueues, RoleWatch, LOGGER],
    (log, inbox, states, work, jobs, roleWatch, logger) =>
      new DrainService(log, inbox, states, work, jobs, roleWatch, logger),
  ),
];

const keys = [
  provide(PublicKeyRepository, [Database, Clock], (database, clock) => new PublicKeyRepository(database, clock)),
  provide(PublicKeyClient, [AwsClients], (aws) => new PublicKeyClient(aws)),
  provide(PrivateKeys, [Config], (config) => new PrivateKeys(config)),
  provide(
    KeyRing,
    [PublicKeyRepository, PrivateKeys, Clock, LOGGER],
    (repository, privateKeys, clock, logger) => new KeyRing(repository, privateKeys, clock, logger),
  ),
  provide(TokenSigner, [], () => new TokenSigner()),
  provide(LocalTokens, [KeyRing, TokenSigner, Clock], (ring, signer, clock) => new LocalTokens(ring, signer, clock)),
  provide(
    KeyService,
    [Database, PublicKeyRepository, PublicKeyClient, PrivateKeys, WorkTable, Clock, Config, Installation],
    (database, repository, client, privateKeys, work, clock, config, installation) =>
      new KeyService(database, repository, client, privateKeys, work, {
        clock,
        config,
        tags: () => installation.ownTags(),
      }),
  ),
];

const tokens = [
  provide(StageEndpoints, [Database, StageClient], (database, stages) => new StageEndpoints(database, stages)),
  provide(TokenRepository, [Database, Clock], (database, clock) => new TokenRepository(database, clock)),
  provide(
    TokenIssuer,
    [LocalTokens, StageClient, StageEndpoints, TokenRepository, Ids, Config],
    (local, stages, endpoints, repository, ids, config) =>
      new TokenIssuer(local, stages, endpoints, repository, ids, config),
  ),
  provide(
    StageTokens,
    [LocalTokens, StageEndpoints, StageClient, Ids],
    (local, endpoints, stages, ids) => new StageTokens(local, endpoints, stages, ids),
  ),
  provide(
    RenewService,
    [TokenRepository, TokenIssuer, Clock],
    (repository, issuer, clock) => new RenewService(repository, issuer, clock),
  ),
];

const sessions = [
  provide(StateRepository, [], () => new StateRepository()),
  provide(SessionRepository, [Database], (database) => new SessionRepository(database)),
  provide(Installation, [Database], (database) => new Installation(database)),
  provide(StageClient, [AwsClients], (aws) => new StageClient(aws)),
  provide(RoomClient, [AwsClients], (aws) => new RoomClient(aws)),
  provide(
    SessionService,
    [
      SessionRepository,
      StageClient,
      LiveLog,
      LogReader,
      InboxRepository,
      DrainWaker,
      Installation,
      Clock,
      Ids,
      Config,
      LOGGER,
      RoomClient,
    ],
    (repository, stages, log, reader, inbox, waker, installation, clock, ids, config, logger, rooms) => {
      const context = { rooms, waker, installation, clock, ids, config, logger };
      return new SessionService(repository, stages, log, reader, inbox, context);
    },
  ),
  provide(JoinService, [TokenIssuer, Ids], (issuer, ids) => new JoinService(issuer, ids)),
  provide(
    EndService,
    [LiveLog, StateRepository, WorkTable, JobQueues, Clock],
    (log, states, work, jobs, clock) => new EndService(log, states, work, jobs, clock),
  ),
  provide(
    TeardownService,
    [SessionRepository, StageClient, RoomClient, WorkTable, Clock],
    (repository, stages, rooms, work, clock) => new TeardownService(repository, stages, rooms, work, clock),
  ),
  provide(
    ObserveService,
    [Database, SessionRepository, StateRepository, StageClient, InboxRepository, DrainWaker, Clock, Ids],
    (database, repository, states, stages, inbox, waker, clock, ids) =>
      new ObserveService(database, repository, states, stages, inbox, { waker, clock, ids }),
  ),
  provide(
    DisconnectService,
    [Database, SessionRepository, StageClient, InboxRepository, WorkTable, JobQueues, DrainWaker, Clock],
    (database, repository, stages, inbox, work, jobs, waker, clock) =>
      new DisconnectService(database, repository, stages, inbox, work, { jobs, waker, clock }),
  ),
  provide(HandService, [Database, LiveLog, Clock], (database, log, clock) => new HandService(database, log, clock)),
  provide(InvitationService, [Database, Clock], (database, clock) => new InvitationService(database, clock)),
  provide(
    OperationService,
    [Database, JobQueues, Clock],
    (database, jobs, clock) => new OperationService(database, jobs, clock),
  ),
  provide(
    RetentionService,
    [LogTrimmer, InboxRepository, Database, Clock],
    (trimmer, inbox, database, clock) => new RetentionService(trimmer, inbox, database, clock),
  ),
];

const roles = [
  provide(RoleWatch, [WorkTable, Clock], (work, clock) => new RoleWatch(work, clock)),
  provide(OfferRepository, [Database, Clock], (database, clock) => new OfferRepository(database, clock)),
  provide(
    TokenOffers,
    [OfferRepository, SessionRepository, StageEndpoints, LocalTokens, Bus, Clock, Config],
    (offers, repository, endpoints, local, bus, clock, config) =>
      new TokenOffers(offers, repository, endpoints, local, { bus, clock, config }),
  ),
  provide(
    RoleService,
    [LiveLog, StateRepository, OfferRepository, TokenOffers, WorkTable, JobQueues],
    (log, states, offers, tokenOffers, work, jobs) => new RoleService(log, states, offers, tokenOffers, { work, jobs }),
  ),
  provide(
    RoleEnforcement,
    [
      Database,
      SessionRepository,
      StageClient,
      OfferRepository,
      TokenOffers,
      DisconnectService,
      WorkTable,
      Clock,
      Ids,
      Config,
    ],
    (database, repository, stages, offers, tokenOffers, disconnecting, work, clock, ids, config) =>
      new RoleEnforcement(database, repository, stages, offers, tokenOffers, {
        disconnecting,
        work,
        clock,
        ids,
        config,
      }),
  ),
];

const controlPlane = [
  provide(ResourceRepository, [Database, Clock], (database, clock) => new ResourceRepository(database, clock)),
  provide(
    ResourceDirectory,
    [ResourceRepository, StageClient, Config],
    (resources, stages, config) => new ResourceDirectory(resources, stages, config),
  ),
  provide(
    StageControlService,
    [StageClient, ResourceRepository, Installation, StageTokens, TokenRepository, Config, Ids],
    (stages, resources, installation, stageTokens, given, config, ids) =>
      new StageControlService(stages, resources, installation, stageTokens, { config, ids, given }),
  ),
  provide(
    RoomControlService,
    [RoomClient, ResourceRepository, Installation, Config],
    (rooms, resources, installation, config) => new RoomControlService(rooms, resources, installation, config),
  ),
];

/** A session's life, for gateway and worker alike. Needs PlatformModule. */
@Global()
@Module({
  providers: [...live, ...ingest, ...keys, ...tokens, ...sessions, ...roles, ...controlPlane],
  exports: [...live, ...ingest, ...keys, ...tokens, ...sessions, ...roles, ...controlPlane],
})
export class SessionsModule {}
