import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A person's or program's account. */
@Entity({ name: 'users' })
export class UserEntity {
  @PrimaryGeneratedColumn('uuid', { name: 'id' })
  id: string;

  @Column({ name: 'username', type: 'text' })
  username: string;

  @Column({ name: 'name', type: 'text' })
  name: string;

  @Column({ name: 'password_hash', type: 'text' })
  passwordHash: string;

  @Column({ name: 'disabled', type: 'boolean', default: false })
  disabled: boolean;
}
