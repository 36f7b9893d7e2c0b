"""The options of connections that are switches: mostly what is asked of a social provider, one by one.

Source: Auth0's published Management API description (options per strategy, members of type boolean).
"""

from __future__ import annotations

_BY_STRATEGY = {
    "ad": """
        agentMode certAuth disable_cache kerberos
    """,
    "amazon": """
        postal_code
    """,
    "facebook": """
        ads_management ads_read allow_context_profile_field business_management groups_access_member_info
        leads_retrieval manage_notifications manage_pages pages_manage_cta pages_manage_instant_articles pages_messaging
        pages_messaging_phone_number pages_messaging_subscriptions pages_show_list public_profile publish_actions
        publish_pages publish_to_groups publish_video read_audience_network_insights read_insights read_mailbox
        read_page_mailboxes read_stream user_age_range user_birthday user_events user_friends user_gender user_groups
        user_hometown user_likes user_link user_location user_managed_groups user_photos user_posts user_status
        user_tagged_places user_videos
    """,
    "github": """
        admin_org admin_public_key admin_repo_hook delete_repo follow gist notifications public_repo read_org
        read_public_key read_repo_hook read_user repo repo_deployment repo_status write_org write_public_key
        write_repo_hook
    """,
    "google-apps": """
        allow_setting_login_scopes ext_groups_extended ext_is_admin
    """,
    "google-oauth2": """
        adsense_management analytics blogger calendar calendar_addons_execute calendar_events calendar_events_readonly
        calendar_settings_readonly chrome_web_store contacts contacts_new contacts_other_readonly contacts_readonly
        content_api_for_shopping coordinate coordinate_readonly directory_readonly document_list drive drive_activity
        drive_activity_readonly drive_appdata drive_apps_readonly drive_file drive_metadata drive_metadata_readonly
        drive_photos_readonly drive_readonly drive_scripts gmail gmail_compose gmail_insert gmail_labels gmail_metadata
        gmail_modify gmail_new gmail_readonly gmail_send gmail_settings_basic gmail_settings_sharing
        google_affiliate_network google_books google_cloud_storage google_drive google_drive_files google_plus
        latitude_best latitude_city moderator orkut picasa_web sites tasks tasks_readonly url_shortener webmaster_tools
        youtube youtube_channelmemberships_creator youtube_new youtube_readonly youtube_upload youtubepartner
    """,
    "linkedin": """
        full_profile network openid
    """,
    "twitter": """
        tweet_read users_read
    """,
    "waad": """
        ext_account_enabled ext_assigned_licenses ext_azure_id ext_city ext_country ext_department ext_dir_sync_enabled
        ext_email ext_expires_in ext_family_name ext_fax ext_given_name ext_group_ids ext_job_title ext_last_sync
        ext_mobile ext_name ext_nested_groups ext_nickname ext_oid ext_phone ext_physical_delivery_office_name
        ext_postal_code ext_preferred_language ext_provisioned_plans ext_provisioning_errors ext_proxy_addresses
        ext_puid ext_roles ext_state ext_street ext_telephoneNumber ext_tenantid ext_upn ext_usage_location ext_user_id
        granted useCommonEndpoint use_wsfed
    """,
    "windowslive": """
        applications applications_create basic birthday calendars calendars_update contacts_birthday contacts_calendars
        contacts_create contacts_photos contacts_skydrive directory_accessasuser_all directory_read_all
        directory_readwrite_all emails events_create graph_calendars graph_calendars_update graph_contacts
        graph_contacts_update graph_device graph_device_command graph_emails graph_emails_update graph_files
        graph_files_all graph_files_all_update graph_files_update graph_notes graph_notes_create graph_notes_update
        graph_tasks graph_tasks_update graph_user graph_user_activity graph_user_update group_read_all
        group_readwrite_all mail_readwrite_all mail_send messenger phone_numbers photos postal_addresses
        rolemanagement_read_all rolemanagement_readwrite_directory share signin sites_read_all sites_readwrite_all
        skydrive skydrive_update team_readbasic_all team_readwrite_all user_read_all user_readbasic_all work_profile
    """,
    "several strategies": """
        address offline_access phone profile
    """,
}

SWITCHES = frozenset(name for names in _BY_STRATEGY.values() for name in names.split())
"""Options that are true or false, whatever the strategy."""

_SOCIAL = ("facebook", "github", "google-oauth2", "linkedin", "windowslive", "several strategies")
SCOPED = frozenset({"basic_profile", "email", "name", *(name for each in _SOCIAL for name in _BY_STRATEGY[each].split())})
"""What is asked of a social provider: the tenant makes ``scope`` of these where none is sent.

Source: recorded traffic of terraform-provider-auth0, which sends apple, facebook, github, google-oauth2, linkedin and
windowslive their switches without ``scope``.
"""
