/** Why a session takes nobody any more, as the database tells it in clinic.booking_obstacle. */
export type SessionObstacle = 'SESSION_STATUS' | 'SESSION_OVER' | 'DOCTOR_LEFT' | 'CHAMBER_ARCHIVED';

/** Why sessions take nobody, null for those that do; to be asked behind their locks, where it holds. $1 tenant, $2 sessions */
export const SESSION_OBSTACLES = 'select s.id, clinic.booking_obstacle(s) as obstacle from clinic.sessions s where s.tenant_id = $1 and s.id = any ($2::uuid[])';
