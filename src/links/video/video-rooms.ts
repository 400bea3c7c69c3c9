import { Inject, Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import type { Config } from '../../config.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { CONFIG } from '../../platform/platform.module.js';
import { videoIsOff } from '../../appointments/video.model.js';
import type { VisitWindow } from './visit-window.js';

/** Who comes into a room, as the other one sees them. */
export interface Visitor {
  id: string;
  name: string;
  moderator: boolean;
}

const ALGORITHM = 'HS256';

/**
 * Addresses of the rooms in which visits by video are held. A room's name says nothing of the appointment, and is the same for
 * both who come. At Jitsi a token lets its holder into this one room while the window lasts, and into no other (claims: lib-jitsi-meet, doc/tokens.md).
 */
@Injectable()
export class VideoRooms {
  constructor(
    private readonly keyring: Keyring,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Throws CONFLICT (VIDEO_IS_OFF) when the server was not set up for video. */
  demand(): void {
    if (!this.config.video) throw videoIsOff();
  }

  /** The address by which somebody comes into the room of an appointment; CONFLICT (VIDEO_IS_OFF). */
  async addressFor(tenantId: string, appointmentId: string, { opensAt, closesAt }: VisitWindow, visitor: Visitor): Promise<string> {
    const { video } = this.config;
    if (!video) throw videoIsOff();
    const keys = await this.keyring.of(tenantId);
    // Jitsi takes names of rooms in small letters.
    const room = `visit-${keys.token('video.room', appointmentId).toString('hex')}`;
    if (video.kind === 'template') return video.template.replaceAll('{room}', room);
    const { url, appId, audience, secret } = video;
    const { hostname, pathname } = new URL(url);
    const token = await new SignJWT({ room, context: { user: { id: visitor.id, name: visitor.name, moderator: String(visitor.moderator) } } })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(appId).setAudience(audience).setSubject(pathname.split('/').findLast(Boolean)?.toLowerCase() ?? hostname)
      .setIssuedAt().setNotBefore(opensAt).setExpirationTime(closesAt)
      .sign(Buffer.from(secret));
    return `${url}/${room}?jwt=${token}`;
  }
}
