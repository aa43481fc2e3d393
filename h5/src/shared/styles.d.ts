declare module "vant/es/toast/style";
