//! The preview server: any tenant's site as it would be published now, live reload, and a dashboard.

pub mod site;
