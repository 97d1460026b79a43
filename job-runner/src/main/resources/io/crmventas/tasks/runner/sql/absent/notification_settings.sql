notification_settings (user_id, mute_until, muted_types) as (select null::text, null::timestamptz, null::jsonb where false)
